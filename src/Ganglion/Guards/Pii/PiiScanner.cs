namespace Ganglion.Guards.Pii;

/// <summary>Finds in a text what tells who somebody is. It looks at places only where there is a digit, an at sign or a colon.</summary>
internal static class PiiScanner
{
    private const int FewestDigits = 8;

    /// <summary>Finds all of it.</summary>
    /// <param name="text">The folded text.</param>
    /// <param name="wanted">What is looked for.</param>
    /// <returns>What there is, in order, none over another; <see langword="null"/> if there is nothing.</returns>
    public static List<PiiMatch>? Scan(ReadOnlySpan<char> text, PiiKinds wanted)
    {
        List<PiiMatch>? found = null;
        int floor = 0;
        int at = 0;
        int colonsSeen = 0;
        while (at < text.Length)
        {
            int offset = text[at..].IndexOfAnyInRange('0', '@');
            if (offset < 0)
            {
                break;
            }

            at += offset;
            PiiMatch match = text[at] switch
            {
                '@' => Email(text, at, floor, wanted),
                ':' when at >= colonsSeen => V6(text, at, floor, wanted, out colonsSeen),
                ':' => default,
                <= '9' => Number(text, at, floor, wanted),
                _ => default,
            };
            if (match.Kind == PiiKinds.None)
            {
                at = char.IsAsciiDigit(text[at]) ? EndOfWord(text, at) : at + 1;
            }
            else
            {
                (found ??= []).Add(match);
                floor = at = match.End;
            }
        }

        return found;
    }

    private static PiiMatch Email(ReadOnlySpan<char> text, int at, int floor, PiiKinds wanted) =>
        (wanted & PiiKinds.Email) != PiiKinds.None && EmailAddresses.TryFind(text, at, floor, out int start, out int end) ? new(start, end, PiiKinds.Email) : default;

    private static PiiMatch V6(ReadOnlySpan<char> text, int at, int floor, PiiKinds wanted, out int end)
    {
        end = at;
        return (wanted & PiiKinds.Ip) != PiiKinds.None && IpAddresses.TryFindV6(text, at, floor, out int start, out end) ? new(start, end, PiiKinds.Ip) : default;
    }

    private static PiiMatch Number(ReadOnlySpan<char> text, int digit, int floor, PiiKinds wanted)
    {
        int start = digit;
        while (start > floor && digit - start < 8 && char.IsAsciiLetterLower(text[start - 1]))
        {
            start--;
        }

        int wordEnd = EndOfWord(text, digit);
        if (IsWithinAddress(text, wordEnd) || (start > 0 && char.IsLetterOrDigit(text[start - 1])))
        {
            return default;
        }

        if (start < digit)
        {
            return WithLetters(text, start, wordEnd, wanted);
        }

        // The digits behind a point or a comma are a fraction.
        bool isFraction = start > 1 && text[start - 1] is '.' or ',' && char.IsAsciiDigit(text[start - 2]);
        if (isFraction)
        {
            return default;
        }

        if ((wanted & PiiKinds.Ip) != PiiKinds.None && IpAddresses.TryReadV4(text, start, out int end))
        {
            return new(start, end, PiiKinds.Ip);
        }

        DigitRun run = DigitRun.Read(text, start, stackalloc byte[DigitRun.MostDigits], stackalloc (int, int)[DigitRun.GroupMemory]);
        if (run.Groups == 0 || run.Count < FewestDigits)
        {
            return default;
        }

        if ((wanted & PiiKinds.Card) != PiiKinds.None && Cards.Find(run) is > 0 and int card && IsEnd(text, card))
        {
            return new(start, card, PiiKinds.Card);
        }

        bool hasPlus = start > 0 && text[start - 1] == '+';
        if (!hasPlus && (wanted & PiiKinds.NationalIds) != PiiKinds.None && NationalIds.Find(text, start, run, wanted, out end) is not PiiKinds.None and var kind && IsEnd(text, end))
        {
            return new(start, end, kind);
        }

        if ((wanted & PiiKinds.Phone) != PiiKinds.None && PhoneNumbers.Find(run, hasPlus) is > 0 and int phone && IsEnd(text, phone))
        {
            bool hasBracket = start > floor && text[start - 1] == '(';
            return new(hasPlus || hasBracket ? start - 1 : start, phone, PiiKinds.Phone);
        }

        return default;
    }

    private static PiiMatch WithLetters(ReadOnlySpan<char> text, int start, int wordEnd, PiiKinds wanted) =>
        (wanted & PiiKinds.Iban) != PiiKinds.None && Ibans.TryRead(text, start, out int end) ? new(start, end, PiiKinds.Iban)
        : NationalIds.FindWithLetters(text, start, wordEnd, wanted) is not PiiKinds.None and var kind ? new(start, wordEnd, kind)
        : (wanted & PiiKinds.Ip) != PiiKinds.None && wordEnd < text.Length && text[wordEnd] == ':' ? V6(text, wordEnd, start, wanted, out _)
        : default;

    // maria1985@example.com is an address.
    private static bool IsWithinAddress(ReadOnlySpan<char> text, int wordEnd) => wordEnd < text.Length && text[wordEnd] == '@';

    private static bool IsEnd(ReadOnlySpan<char> text, int end) => end == text.Length || !char.IsLetterOrDigit(text[end]);

    private static int EndOfWord(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && char.IsAsciiLetterOrDigit(text[at]))
        {
            at++;
        }

        return at;
    }
}

/// <summary>Something that tells who somebody is.</summary>
/// <param name="Start">Where it begins in the folded text.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Kind">What it is.</param>
internal readonly record struct PiiMatch(int Start, int End, PiiKinds Kind);
