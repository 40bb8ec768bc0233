namespace Ganglion.Guards.Pii;

/// <summary>Finds the numbers of payment cards: of an issuer that there is, of its length, with Luhn's check digit.</summary>
internal static class Cards
{
    /// <summary>The number that digits begin with.</summary>
    /// <returns>Where it ends; 0 if there is none.</returns>
    public static int Find(in DigitRun run)
    {
        int end = 0;
        for (int group = 0; group < run.Groups && group < run.FirstOddGroup; group++)
        {
            (int count, int place) = run.Group(group);
            ReadOnlySpan<byte> digits = run.Digits[..count];
            if (count is >= 13 and <= 19 && IsIssued(digits) && Checksums.Luhn(digits))
            {
                end = place;
            }
        }

        return end;
    }

    private static bool IsIssued(ReadOnlySpan<byte> digits)
    {
        int prefix = Checksums.Number(digits[..4]);
        return digits.Length switch
        {
            13 => prefix / 1000 == 4,
            14 => prefix is (>= 3000 and <= 3059) or (>= 3600 and <= 3699) or (>= 3800 and <= 3999),
            15 => prefix / 100 is 34 or 37,
            16 => prefix / 1000 is 4 or 6
                || prefix / 100 is >= 51 and <= 55
                || prefix is (>= 2221 and <= 2720) or (>= 3528 and <= 3589) or (>= 2200 and <= 2204) or (>= 5018 and <= 5038),
            19 => prefix / 1000 is 4 or 6,
            _ => prefix / 1000 == 6,
        };
    }
}
