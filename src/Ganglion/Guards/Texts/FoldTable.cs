using System.Text;

namespace Ganglion.Guards.Texts;

/// <summary>
/// What letters become when texts are compared: those with marks, in another style, or that look alike, become the plain ones. The platform's own
/// normalization is not there where an application runs without cultures, as most containers do.
/// </summary>
/// <remarks>
/// Made of the compatibility decompositions of Unicode 14 (UnicodeData.txt, without marks) for Latin, Greek, Cyrillic and their styled forms, and of
/// the lower-case letters of Cyrillic, Greek and Armenian that look like Latin ones. A row has what they become, then what becomes so.
/// </remarks>
internal static class FoldTable
{
    private const string Rows = """
        ! ﹗！
        " «»“”„‟＂
        # ﹟＃
        $ ﹩＄
        % ﹪％
        & ﹠＆
        ' ‘’‚‛′＇
        ( ⁽₍﹙（
        ) ⁾₎﹚）
        * ﹡＊
        + ⁺₊﹢＋
        , ﹐，
        - ‐‑‒–—―⁻₋−﹘﹣－
        . ․﹒．
        / ⁄／
        0 ⁰₀⓪０𝟎𝟘𝟢𝟬𝟶
        1 ¹₁①１𝟏𝟙𝟣𝟭𝟷
        2 ²₂②２𝟐𝟚𝟤𝟮𝟸
        3 ³₃③３𝟑𝟛𝟥𝟯𝟹
        4 ⁴₄④４𝟒𝟜𝟦𝟰𝟺
        5 ⁵₅⑤５𝟓𝟝𝟧𝟱𝟻
        6 ⁶₆⑥６𝟔𝟞𝟨𝟲𝟼
        7 ⁷₇⑦７𝟕𝟟𝟩𝟳𝟽
        8 ⁸₈⑧８𝟖𝟠𝟪𝟴𝟾
        9 ⁹₉⑨９𝟗𝟡𝟫𝟵𝟿
        : ﹕：
        ; ;﹔；
        < ﹤＜
        = ⁼₌﹦＝
        > ﹥＞
        ? ﹖？
        @ ﹫＠
        [ ［
        \ ﹨＼
        ] ］
        ^ ＾
        _ ＿
        ` `｀
        a ªàáâãäåāăąǎǟǡǻȁȃȧɑάαаӑӓᴀᴬᵃᵅḁạảấầẩẫậắằẳẵặἀἁἂἃἄἅἆἇὰάᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷₐⓐａ𝐀𝐚𝐴𝑎𝑨𝒂𝒜𝒶𝓐𝓪𝔄𝔞𝔸𝕒𝕬𝖆𝖠𝖺𝗔𝗮𝘈𝘢𝘼𝙖𝙰𝚊𝚨𝛂𝛢𝛼𝜜𝜶
        a 𝝖𝝰𝞐𝞪🄰⒜🄐
        b ʙᴮᵇḃḅḇℬⓑｂ𝐁𝐛𝐵𝑏𝑩𝒃𝒷𝓑𝓫𝔅𝔟𝔹𝕓𝕭𝖇𝖡𝖻𝗕𝗯𝘉𝘣𝘽𝙗𝙱𝚋🄱⒝🄑
        c çćĉċčсᴄᶜḉℂℭⅽⓒꟲｃ𝐂𝐜𝐶𝑐𝑪𝒄𝒞𝒸𝓒𝓬𝔠𝕔𝕮𝖈𝖢𝖼𝗖𝗰𝘊𝘤𝘾𝙘𝙲𝚌🄫🄲⒞🄒
        d ðďđԁᴅᴰᵈᶞḋḍḏḑḓⅅⅆⅾⓓｄ𝐃𝐝𝐷𝑑𝑫𝒅𝒟𝒹𝓓𝓭𝔇𝔡𝔻𝕕𝕯𝖉𝖣𝖽𝗗𝗱𝘋𝘥𝘿𝙙𝙳𝚍🄳⒟🄓
        e èéêëēĕėęěȅȇȩеѐёӗᴇᴱᵉḕḗḙḛḝẹẻẽếềểễệₑℯℰⅇⓔｅ𝐄𝐞𝐸𝑒𝑬𝒆𝓔𝓮𝔈𝔢𝔼𝕖𝕰𝖊𝖤𝖾𝗘𝗲𝘌𝘦𝙀𝙚𝙴𝚎🄴⒠🄔
        f ᶠḟℱⓕꜰꟳｆ𝐅𝐟𝐹𝑓𝑭𝒇𝒻𝓕𝓯𝔉𝔣𝔽𝕗𝕱𝖋𝖥𝖿𝗙𝗳𝘍𝘧𝙁𝙛𝙵𝚏🄵⒡🄕
        g ĝğġģǧǵɡɢᴳᵍᶢḡℊⓖｇ𝐆𝐠𝐺𝑔𝑮𝒈𝒢𝓖𝓰𝔊𝔤𝔾𝕘𝕲𝖌𝖦𝗀𝗚𝗴𝘎𝘨𝙂𝙜𝙶𝚐🄶⒢🄖
        h ĥħȟʜʰһհᴴḣḥḧḩḫẖₕℋℌℍℎℏⓗꟸｈ𝐇𝐡𝐻𝑯𝒉𝒽𝓗𝓱𝔥𝕙𝕳𝖍𝖧𝗁𝗛𝗵𝘏𝘩𝙃𝙝𝙷𝚑🄷⒣🄗
        i ìíîïĩīĭįİıǐȉȋɩɪΐίιϊіїᴵᵢᶥᶦḭḯỉịἰἱἲἳἴἵἶἷὶίιῐῑῒΐῖῗⁱℐℑℹⅈⅰⓘｉ𝐈𝐢𝐼𝑖𝑰𝒊𝒾𝓘𝓲𝔦𝕀𝕚𝕴𝖎𝖨𝗂𝗜𝗶𝘐𝘪𝙄𝙞𝙸𝚒𝚤𝚰𝛊𝛪𝜄𝜤𝜾𝝞𝝸𝞘𝞲🄸⒤🄘
        j ĵǰʲϳјᴊᴶⅉⓙⱼｊ𝐉𝐣𝐽𝑗𝑱𝒋𝒥𝒿𝓙𝓳𝔍𝔧𝕁𝕛𝕵𝖏𝖩𝗃𝗝𝗷𝘑𝘫𝙅𝙟𝙹𝚓🄹⒥🄙
        k ķǩκϰᴋᴷᵏḱḳḵₖⓚｋ𝐊𝐤𝐾𝑘𝑲𝒌𝒦𝓀𝓚𝓴𝔎𝔨𝕂𝕜𝕶𝖐𝖪𝗄𝗞𝗸𝘒𝘬𝙆𝙠𝙺𝚔𝚱𝛋𝛞𝛫𝜅𝜘𝜥𝜿𝝒𝝟𝝹𝞌𝞙𝞳𝟆🄺⒦🄚
        l ĺļľłʟˡӏᴸᶫḷḹḻḽₗℒℓⅼⓛｌ𝐋𝐥𝐿𝑙𝑳𝒍𝓁𝓛𝓵𝔏𝔩𝕃𝕝𝕷𝖑𝖫𝗅𝗟𝗹𝘓𝘭𝙇𝙡𝙻𝚕🄻⒧🄛
        m ᴍᴹᵐḿṁṃₘℳⅿⓜｍ𝐌𝐦𝑀𝑚𝑴𝒎𝓂𝓜𝓶𝔐𝔪𝕄𝕞𝕸𝖒𝖬𝗆𝗠𝗺𝘔𝘮𝙈𝙢𝙼𝚖🄼⒨🄜
        n ñńņňŋǹɴոᴺᵑᶰṅṇṉṋⁿₙℕⓝｎ𝐍𝐧𝑁𝑛𝑵𝒏𝒩𝓃𝓝𝓷𝔑𝔫𝕟𝕹𝖓𝖭𝗇𝗡𝗻𝘕𝘯𝙉𝙣𝙽𝚗🄽⒩🄝
        o ºòóôõöøōŏőơǒǫǭǿȍȏȫȭȯȱοόоӧօᴏᴼᵒṍṏṑṓọỏốồổỗộớờởỡợὀὁὂὃὄὅὸόₒℴⓞｏ𝐎𝐨𝑂𝑜𝑶𝒐𝒪𝓞𝓸𝔒𝔬𝕆𝕠𝕺𝖔𝖮𝗈𝗢𝗼𝘖𝘰𝙊𝙤𝙾𝚘𝚶𝛐𝛰𝜊𝜪𝝄𝝤𝝾𝞞𝞸🄾⒪🄞
        p ρϱрᴘᴾᵖᵨṕṗῤῥₚℙⓟｐ𝐏𝐩𝑃𝑝𝑷𝒑𝒫𝓅𝓟𝓹𝔓𝔭𝕡𝕻𝖕𝖯𝗉𝗣𝗽𝘗𝘱𝙋𝙥𝙿𝚙𝚸𝛒𝛠𝛲𝜌𝜚𝜬𝝆𝝔𝝦𝞀𝞎𝞠𝞺𝟈🄿⒫🄟
        q ԛℚⓠꟴｑ𝐐𝐪𝑄𝑞𝑸𝒒𝒬𝓆𝓠𝓺𝔔𝔮𝕢𝕼𝖖𝖰𝗊𝗤𝗾𝘘𝘲𝙌𝙦𝚀𝚚🅀⒬🄠
        r ŕŗřȑȓʀʳᴿᵣṙṛṝṟℛℜℝⓡｒ𝐑𝐫𝑅𝑟𝑹𝒓𝓇𝓡𝓻𝔯𝕣𝕽𝖗𝖱𝗋𝗥𝗿𝘙𝘳𝙍𝙧𝚁𝚛🄬🅁⒭🄡
        s śŝşšſșˢѕṡṣṥṧṩẛₛⓢꜱｓ𝐒𝐬𝑆𝑠𝑺𝒔𝒮𝓈𝓢𝓼𝔖𝔰𝕊𝕤𝕾𝖘𝖲𝗌𝗦𝘀𝘚𝘴𝙎𝙨𝚂𝚜🅂⒮🄢
        t ţťŧțᴛᵀᵗṫṭṯṱẗₜⓣｔ𝐓𝐭𝑇𝑡𝑻𝒕𝒯𝓉𝓣𝓽𝔗𝔱𝕋𝕥𝕿𝖙𝖳𝗍𝗧𝘁𝘛𝘵𝙏𝙩𝚃𝚝🅃⒯🄣
        u ùúûüũūŭůűųưǔǖǘǚǜȕȗΰυϋύϒϓϔսᴜᵁᵘᵤᶸṳṵṷṹṻụủứừửữựὐὑὒὓὔὕὖὗὺύῠῡῢΰῦῧⓤｕ𝐔𝐮𝑈𝑢𝑼𝒖𝒰𝓊𝓤𝓾𝔘𝔲𝕌𝕦𝖀𝖚𝖴𝗎𝗨𝘂𝘜𝘶𝙐𝙪𝚄𝚞𝚼𝛖𝛶𝜐𝜰𝝊𝝪𝞄𝞤𝞾🅄⒰🄤
        v νᴠᵛᵥṽṿⅴⓥⱽｖ𝐕𝐯𝑉𝑣𝑽𝒗𝒱𝓋𝓥𝓿𝔙𝔳𝕍𝕧𝖁𝖛𝖵𝗏𝗩𝘃𝘝𝘷𝙑𝙫𝚅𝚟𝚴𝛎𝛮𝜈𝜨𝝂𝝢𝝼𝞜𝞶🅅⒱🄥
        w ŵʷԝᴡᵂẁẃẅẇẉẘⓦｗ𝐖𝐰𝑊𝑤𝑾𝒘𝒲𝓌𝓦𝔀𝔚𝔴𝕎𝕨𝖂𝖜𝖶𝗐𝗪𝘄𝘞𝘸𝙒𝙬𝚆𝚠🅆⒲🄦
        x ˣχхᵡᵪẋẍₓⅹⓧｘ𝐗𝐱𝑋𝑥𝑿𝒙𝒳𝓍𝓧𝔁𝔛𝔵𝕏𝕩𝖃𝖝𝖷𝗑𝗫𝘅𝘟𝘹𝙓𝙭𝚇𝚡𝚾𝛘𝛸𝜒𝜲𝝌𝝬𝞆𝞦𝟀🅇⒳🄧
        y ýÿŷȳʏʸγуўӯӱӳᵞᵧẏẙỳỵỷỹℽℾⓨｙ𝐘𝐲𝑌𝑦𝒀𝒚𝒴𝓎𝓨𝔂𝔜𝔶𝕐𝕪𝖄𝖞𝖸𝗒𝗬𝘆𝘠𝘺𝙔𝙮𝚈𝚢𝚪𝛄𝛤𝛾𝜞𝜸𝝘𝝲𝞒𝞬🅈⒴🄨
        z źżžᴢᶻẑẓẕℤℨⓩｚ𝐙𝐳𝑍𝑧𝒁𝒛𝒵𝓏𝓩𝔃𝔷𝕫𝖅𝖟𝖹𝗓𝗭𝘇𝘡𝘻𝙕𝙯𝚉𝚣🅉⒵🄩
        { ﹛｛
        | ｜
        } ﹜｝
        ~ ～
        ƫ ᶵ
        ǝ ᴲ
        ȣ ᴽ
        ȷ 𝚥
        ɐ ᵄ
        ɒ ᶛ
        ɔ ᵓ
        ɕ ᶝ
        ə ᵊₔ
        ɛ ᵋℇ
        ɜ ᵌᶟ
        ɟ ᶡ
        ɣ ˠ
        ɥ ᶣ
        ɦ ʱ
        ɨ ᶤ
        ɭ ᶩ
        ɯ ᵚ
        ɰ ᶭ
        ɱ ᶬ
        ɲ ᶮ
        ɳ ᶯ
        ɵ ᶱ
        ɸ ᶲ
        ɹ ʴ
        ɻ ʵ
        ʁ ʶ
        ʂ ᶳ
        ʃ ᶴ
        ʉ ᶶ
        ʊ ᶷ
        ʋ ᶹ
        ʌ ᶺ
        ʐ ᶼ
        ʑ ᶽ
        ʒ ǯᶾ
        ʕ ˤ
        ʝ ᶨ
        ʹ ʹ
        β ϐᵝᵦ𝚩𝛃𝛣𝛽𝜝𝜷𝝗𝝱𝞑𝞫
        δ ᵟ𝚫𝛅𝛥𝛿𝜟𝜹𝝙𝝳𝞓𝞭
        ε έϵἐἑἒἓἔἕὲέ𝚬𝛆𝛜𝛦𝜀𝜖𝜠𝜺𝝐𝝚𝝴𝞊𝞔𝞮𝟄
        ζ 𝚭𝛇𝛧𝜁𝜡𝜻𝝛𝝵𝞕𝞯
        η ήἠἡἢἣἤἥἦἧὴήᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇ𝚮𝛈𝛨𝜂𝜢𝜼𝝜𝝶𝞖𝞰
        θ ϑᶿ𝚯𝚹𝛉𝛝𝛩𝛳𝜃𝜗𝜣𝜭𝜽𝝑𝝝𝝧𝝷𝞋𝞗𝞡𝞱𝟅
        λ 𝚲𝛌𝛬𝜆𝜦𝝀𝝠𝝺𝞚𝞴
        μ µ𝚳𝛍𝛭𝜇𝜧𝝁𝝡𝝻𝞛𝞵
        ξ 𝚵𝛏𝛯𝜉𝜩𝝃𝝣𝝽𝞝𝞷
        π ϖℼℿ𝚷𝛑𝛡𝛱𝜋𝜛𝜫𝝅𝝕𝝥𝝿𝞏𝞟𝞹𝟉
        ς ϲ𝛓𝜍𝝇𝞁𝞻
        σ 𝚺𝛔𝛴𝜎𝜮𝝈𝝨𝞂𝞢𝞼
        τ 𝚻𝛕𝛵𝜏𝜯𝝉𝝩𝞃𝞣𝞽
        φ ϕᵠᵩ𝚽𝛗𝛟𝛷𝜑𝜙𝜱𝝋𝝓𝝫𝞅𝞍𝞥𝞿𝟇
        ψ 𝚿𝛙𝛹𝜓𝜳𝝍𝝭𝞇𝞧𝟁
        ω ώὠὡὢὣὤὥὦὧὼώᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷ𝛀𝛚𝛺𝜔𝜴𝝎𝝮𝞈𝞨𝟂
        ϝ 𝟊𝟋
        г ѓ
        ж ӂӝ
        з ӟ
        и йѝӣӥ
        к ќ
        н ᵸ
        ч ӵ
        ы ӹ
        э ӭ
        ѵ ѷ
        ә ӛ
        ө ӫ
        א ℵ
        ב ℶ
        ג ℷ
        ד ℸ
        ᴂ ᵆ
        ᴖ ᵔ
        ᴗ ᵕ
        ᴝ ᵙ
        ᴥ ᵜ
        ᵻ ᶧ
        ᶅ ᶪ
        ꝯ ꝰ
        ae æǣǽᴭ
        dz ǆǳ
        ff ﬀ
        fi ﬁ
        fl ﬂ
        ii ⅱ
        ij ĳ
        iv ⅳ
        ix ⅸ
        lj ǉ
        nj ǌ
        no №
        oe œꟹ
        ss ß🅍
        st ﬅﬆ
        th þ
        tm ™
        vi ⅵ
        xi ⅺ
        ffi ﬃ
        ffl ﬄ
        iii ⅲ
        tel ℡
        vii ⅶ
        """;

    // A letter that becomes several.
    private const char Several = '\uFFFF';

    private static readonly Dictionary<int, string> Others = [];
    private static readonly char[] Letters = Read();

    /// <summary>What a character becomes.</summary>
    /// <param name="letter">The character, in lower case.</param>
    /// <param name="several">What it becomes, if that is more than one.</param>
    public static char Fold(char letter, out string? several)
    {
        char folded = Letters[letter];
        several = folded == Several ? Others[letter] : null;
        return folded == '\0' ? letter : folded;
    }

    /// <summary>What a character beyond the first 65,536 becomes; <see langword="null"/>: it stays.</summary>
    public static string? Fold(Rune letter) => Others.GetValueOrDefault(letter.Value);

    private static char[] Read()
    {
        var letters = new char[char.MaxValue + 1];
        foreach (ReadOnlySpan<char> row in Rows.EnumerateLines())
        {
            int space = row.IndexOf(' ');
            ReadOnlySpan<char> target = row[..space];
            foreach (Rune source in row[(space + 1)..].EnumerateRunes())
            {
                if (source.IsBmp && target.Length == 1)
                {
                    letters[source.Value] = target[0];
                }
                else
                {
                    Others[source.Value] = target.ToString();
                    if (source.IsBmp)
                    {
                        letters[source.Value] = Several;
                    }
                }
            }
        }

        return letters;
    }
}
