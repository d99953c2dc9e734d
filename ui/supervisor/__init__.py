"""The supervisor's face (大厅负责人): the hall live, figures of a period, and what they are of."""
