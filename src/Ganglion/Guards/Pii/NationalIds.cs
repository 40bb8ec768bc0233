namespace Ganglion.Guards.Pii;

/// <summary>Finds the numbers that countries give people, as far as check digits or their form tell them from others.</summary>
internal static class NationalIds
{
    private const string SpanishLetters = "trwagmyfpdxbnjzsqvhlcke";

    // What a character at an odd place counts in a codice fiscale: that of 0 to 9, and of a to j; then of k to z.
    private static ReadOnlySpan<byte> ItalianOdd => [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

    /// <summary>The number that digits begin with.</summary>
    /// <param name="text">The folded text.</param>
    /// <param name="at">Where the digits begin.</param>
    /// <param name="run">The digits.</param>
    /// <param name="wanted">What is looked for.</param>
    /// <param name="end">Where it ends.</param>
    /// <returns>Which it is.</returns>
    public static PiiKinds Find(ReadOnlySpan<char> text, int at, in DigitRun run, PiiKinds wanted, out int end)
    {
        for (int group = Math.Min(run.Groups, 7) - 1; group >= 0; group--)
        {
            (int count, end) = run.Group(group);
            ReadOnlySpan<byte> digits = run.Digits[..count];
            PiiKinds kind = count switch
            {
                8 when group == 0 && IsSpanish(text, ref end, Checksums.Number(digits)) => PiiKinds.EsDni,
                9 when group == 2 && IsAmerican(run) => PiiKinds.UsSsn,
                9 when (wanted & PiiKinds.NlBsn) != PiiKinds.None && IsDutch(digits) && IsCalledDutch(text, at) => PiiKinds.NlBsn,
                11 when IsBrazilian(digits) => PiiKinds.BrCpf,
                11 when group == 0 && (wanted & PiiKinds.PlPesel) != PiiKinds.None && IsPolish(digits) => PiiKinds.PlPesel,
                11 when IsGerman(digits) => PiiKinds.DeSteuerId,
                15 when IsFrench(digits) => PiiKinds.FrNir,
                _ => PiiKinds.None,
            };
            if ((kind & wanted) != PiiKinds.None)
            {
                return kind;
            }
        }

        end = 0;
        return PiiKinds.None;
    }

    /// <summary>The Spanish NIE or Italian codice fiscale that begins with letters at a place.</summary>
    public static PiiKinds FindWithLetters(ReadOnlySpan<char> text, int at, int wordEnd, PiiKinds wanted)
    {
        ReadOnlySpan<char> word = text[at..wordEnd];
        return (wanted & PiiKinds.EsDni) != PiiKinds.None && IsForeignInSpain(word) ? PiiKinds.EsDni
            : (wanted & PiiKinds.ItCodiceFiscale) != PiiKinds.None && IsItalian(word) ? PiiKinds.ItCodiceFiscale
            : PiiKinds.None;
    }

    private static bool IsSpanish(ReadOnlySpan<char> text, ref int end, int number)
    {
        int letter = end < text.Length && text[end] is '-' or ' ' ? end + 1 : end;
        if (letter >= text.Length || text[letter] != SpanishLetters[number % 23] || (letter + 1 < text.Length && char.IsLetterOrDigit(text[letter + 1])))
        {
            return false;
        }

        end = letter + 1;
        return true;
    }

    private static bool IsForeignInSpain(ReadOnlySpan<char> word) =>
        word is [>= 'x' and <= 'z', .., _]
        && word.Length == 9
        && int.TryParse(word[1..8], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int number)
        && word[8] == SpanishLetters[(((word[0] - 'x') * 10_000_000) + number) % 23];

    private static bool IsAmerican(in DigitRun run)
    {
        ReadOnlySpan<byte> digits = run.Digits;
        int area = Checksums.Number(digits[..3]);
        return run.SizeOf(0) == 3 && run.SizeOf(1) == 2 && run.SizeOf(2) == 4 && run.FirstOddGroup > 2
            && area is > 0 and < 900 and not 666 && Checksums.Number(digits[3..5]) > 0 && Checksums.Number(digits[5..9]) > 0;
    }

    private static bool IsDutch(ReadOnlySpan<byte> digits) =>
        (Checksums.Weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2]) - digits[8]) % 11 == 0 && digits.ContainsAnyExcept((byte)0);

    // One number of nine digits in eleven would be one.
    private static bool IsCalledDutch(ReadOnlySpan<char> text, int at)
    {
        ReadOnlySpan<char> before = text[Math.Max(0, at - 30)..at];
        return before.Contains("bsn", StringComparison.Ordinal) || before.Contains("burgerservicenummer", StringComparison.Ordinal);
    }

    private static bool IsBrazilian(ReadOnlySpan<byte> digits) =>
        digits.ContainsAnyExcept(digits[0])
        && digits[9] == Checksums.Weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10
        && digits[10] == Checksums.Weighted(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10;

    private static bool IsPolish(ReadOnlySpan<byte> digits) =>
        Checksums.Number(digits[2..4]) % 20 is >= 1 and <= 12
        && Checksums.Number(digits[4..6]) is >= 1 and <= 31
        && (10 - (Checksums.Weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 == digits[10];

    // Of the first ten digits one is there twice, or three times, and all others once at most.
    private static bool IsGerman(ReadOnlySpan<byte> digits)
    {
        Span<byte> times = stackalloc byte[10];
        foreach (byte digit in digits[..10])
        {
            times[digit]++;
        }

        int repeated = 10 - times.Count((byte)1) - times.Count((byte)0);
        return digits[0] != 0 && repeated == 1 && !times.ContainsAnyInRange((byte)4, (byte)10) && Checksums.Mod11And10(digits);
    }

    private static bool IsFrench(ReadOnlySpan<byte> digits) =>
        digits[0] is 1 or 2
        && Checksums.Number(digits[3..5]) is (>= 1 and <= 12) or (>= 20 and <= 42) or (>= 50 and <= 99)
        && 97 - Checksums.Mod97(digits[..13]) == Checksums.Number(digits[13..15]);

    private static bool IsItalian(ReadOnlySpan<char> word)
    {
        const string form = "aaaaaa00a00a000a";
        if (word.Length != form.Length)
        {
            return false;
        }

        int sum = 0;
        for (int i = 0; i < word.Length; i++)
        {
            // Where two people would have the same number, digits are letters.
            bool isDigit = char.IsAsciiDigit(word[i]);
            if (form[i] == 'a' ? !char.IsAsciiLetterLower(word[i]) : !(isDigit || "lmnpqrstuv".Contains(word[i])))
            {
                return false;
            }

            int value = isDigit ? word[i] - '0' : word[i] - 'a';
            sum += i == word.Length - 1 ? 0 : i % 2 == 0 ? ItalianOdd[value] : value;
        }

        return sum % 26 == word[^1] - 'a';
    }
}
