"""The invented hall that `hall-platform seed` writes: places, items, people, licences.

Region codes begin with 99, which is not assigned; people, firms, telephone and document numbers
are invented. Names of laws, items and materials are as in force, so that the hall is believable.
"""
