"""What many people take for a password, or for a part of one, folded.

English and what was leaked elsewhere zxcvbn knows; here is what people in Chinese halls write.
"""

from __future__ import annotations

_LIST = """
!qaz2wsx 000000 00000000 111111 112233 11223344 121212 123123 123321 12344321 123456
1234567 12345678 123456789 1234567890 1234qwer 1314520 147258 147258369 159357 1q2w3e
1q2w3e4r 1q2w3e4r5t 1qaz!qaz 1qaz2wsx 1qaz@wsx 222222 31415926 3141592653 5201314
5201314520 654321 666666 66666666 741852963 7758521 789456 789456123 888888 88888888
987654321 99999999 a123456 a12345678 a123456789 a1b2c3 a1b2c3d4 aa123456 aaa123456 abc123
abc12345 abc123456 abc@123 abc@1234 abcd1234 abcdef abracadabra access admin admin123
admin@123 admin@1234 adminadmin administrator aini1314 alibaba alipay amazon america andrew
android angel angels anthony apple april arsenal asd123 asdf1234 asdfgh asdfghjkl ashley
august autumn azerty babyboy babygirl banana baobao baobei barcelona baseball basketball
batman beijing berlin blessed blink182 bonjour boston broncos brother buster butterfly
california canada changeit changeme changeme123 changethis changsha charlie cheese chelsea
chenwei chicago china chocolate christ computer cookie correcthorse
correcthorsebatterystaple corvette cowboys dallas dangyuan daniel darling dearbook december
default demo diamond disney dolphins donttouch dragon dvorak eagles eminem england
enterprise everything example facebook family father february ferrari firstpassword flower
football forever fortnite france freedom friday friends gandalf george germany ginger
github golden golfer gongan gongchandang goodbye goodluck google guangzhou guest guojia
h3c@123 hallo harley heaven hello hello123 helloworld hockey honda honey huawei huawei12#$
huawei@123 hunan hunter hunter2 iloveme iloveu iloveyou initial instagram internet iphone
ironman january jessica jesus jesuschrist jingcha jordan jordan23 joshua july june juventus
killer lakers laogong laopo letmein letmein1 letmeinnow letmeinplease li123456 lightning
linkedin lisi liuwei liverpool login logon london lovely loveme lover loveyou manager
manchester march master matrix matthew mercedes merlin metallica michael mickey microsoft
millennium mima mimamima minecraft monday monkey mother mustang mypassword mypassword1
naruto netflix newpassword newyork nihao nihaoma ninja nirvana nopassword nothing november
october oldpassword onetime opensesame operator orange p@$$w0rd p@ssw0rd p@ssword pa$$word
pa55word packers paris pass123 pass@word pass@word1 passcode passphrase passw0rd passw0rd!
password password!@# password1234 passwordpassword passwort pepper phoenix pleasechange
pokemon porsche princess purple q1w2e3 q1w2e3r4 qazwsx qazwsxedc qq123456 qwe123 qwe123!@#
qwer1234 qwerty qwerty123 qwertyui qwertyuiop raiders ranger redsox renmin robert rockstar
rockyou root root@123 rootroot sample samsung samurai saturday scooter secret secret1
secure secured security september sexy shadow shanghai shenzhen silver sister slipknot
snoopy soccer spiderman spring stargate startrek starwars steelers summer sunday sunshine
superman superuser supervisor sweetheart taobao temporary temppassword tencent tennis test
test123 test@123 tester testing testtest texas thepassword thomas thunder thursday tianya
tigger together toor topsecret toyota trustno1 tuesday twitter voyager wang123456 wangjing
wangwei wangwu wednesday weirenminfuwu weixin welcome welcome1 whatever windows winnie
winter woaini woaini123 woaini1314 woaini520 woaiwojia wodemima woshishui woxihuan xiangtan
xiaohong xiaoming yankees yellow yourpassword youtube zaq12wsx zhang123 zhangsan zhangwei
zhengfu zhifubao zhongguo zhonghua zte@123 zxc123 zxcv1234 zxcvbn zxcvbnm
"""

# What people write in pinyin, from good wishes to what they always say.
_PHRASES = """
aiguo aini baobei beijing bixuwoaini buyaolian chenggong dahai dajiahao dashazi fadacai facai
feichanghao fuqi gaoxing gongsi gongxifacai gongzuo gushi guojia haohaoxuexi haoren heshan hongfu
huanying huanyingni jiankang jiating jiayou jingcha jintian jiushiwo kaixin kuaile laogong laojia
laoshi laopo lianjie lingdao liulang luohan maimai mama meiguo meinv mingtian nihao nimen niubi
pengyou pingan pingpingan renmin renminbi shagua shengdan shengrikuaile shenme shijie shishi
shuaige shuibian suibian tianshi tiantian tiantiankaixin tiantianxiangshang wangji wangle wenwen
wobuzhidao woaijia woaijiaren woaizhongguo wojiushiwo women womende woyaofacai woyaozhuanqian
xiangxinziji xianzai xiexie xinfu xingfu xinniankuaile xuexi xuesheng yiqie yiqilai yonghu
youqian yuanfen yundong zaijian zhongguoren zhuanqian zhunbei zhuzhu zuihao
"""

# Numbers that sound like words, bring luck or belong to everybody.
_NUMBERS = """
007 010 110 114 119 120 12306 12315 12345 12348 1314 147 168 1688 186 258 365 369 518 520 521 555
5555 588 666 6666 668 686 777 7777 789 886 888 8888 988 999 9999 10010 10086 10000
"""

COMMON = frozenset(f"{_LIST} {_PHRASES} {_NUMBERS}".split())
