namespace Ganglion.Guards.Pii;

/// <summary>Digits with separators between them, and how they are grouped.</summary>
internal ref struct DigitRun
{
    public const int MostDigits = 32;
    private const int MostGroups = 12;

    private readonly Span<byte> _digits;
    private readonly Span<(int Digits, int End)> _groups;

    private DigitRun(Span<byte> digits, Span<(int Digits, int End)> groups)
    {
        _digits = digits;
        _groups = groups;
    }

    /// <summary>How many digits there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many groups there are.</summary>
    public int Groups { get; private set; }

    /// <summary>A character other than a space or a hyphen stands between digits.</summary>
    public int FirstOddGroup { get; private set; }

    public readonly ReadOnlySpan<byte> Digits => _digits[..Count];

    /// <summary>How many digits there are up to the end of a group, and where that is.</summary>
    public readonly (int Digits, int End) Group(int group) => _groups[group];

    /// <summary>How many digits a group has.</summary>
    public readonly int SizeOf(int group) => _groups[group].Digits - (group == 0 ? 0 : _groups[group - 1].Digits);

    /// <summary>Reads digits.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where the first of them stands.</param>
    /// <param name="digits">Memory for them.</param>
    /// <param name="groups">Memory for their groups.</param>
    public static DigitRun Read(ReadOnlySpan<char> text, int at, Span<byte> digits, Span<(int Digits, int End)> groups)
    {
        var run = new DigitRun(digits, groups) { FirstOddGroup = int.MaxValue };
        while (at < text.Length && run.Groups < MostGroups)
        {
            int start = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]) && run.Count < MostDigits)
            {
                digits[run.Count++] = (byte)(text[at++] - '0');
            }

            if (at == start || (at < text.Length && char.IsAsciiDigit(text[at])))
            {
                break;
            }

            groups[run.Groups++] = (run.Count, at);
            int next = at;
            bool odd = false;
            while (next < text.Length && next < at + 3 && text[next] is ' ' or '-' or '.' or '/' or '(' or ')')
            {
                odd |= text[next] is not (' ' or '-');
                next++;
            }

            if (next == at || (next - at > 1 && !text[at..next].ContainsAny('(', ')')))
            {
                break;
            }

            if (odd && run.FirstOddGroup == int.MaxValue)
            {
                run.FirstOddGroup = run.Groups;
            }

            at = next;
        }

        return run;
    }

    /// <summary>Memory for groups.</summary>
    public const int GroupMemory = MostGroups;
}
