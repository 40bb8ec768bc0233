namespace Ganglion.Guards.Pii;

/// <summary>The check digits by which a number is told from any other.</summary>
internal static class Checksums
{
    /// <summary>Luhn's (ISO/IEC 7812-1, annex B).</summary>
    public static bool Luhn(ReadOnlySpan<byte> digits)
    {
        int sum = 0;
        for (int i = 0; i < digits.Length; i++)
        {
            int digit = digits[^(i + 1)];
            sum += i % 2 == 0 ? digit : digit > 4 ? (2 * digit) - 9 : 2 * digit;
        }

        return sum % 10 == 0;
    }

    /// <summary>The remainder by 97 of a number in decimal digits.</summary>
    public static int Mod97(ReadOnlySpan<byte> digits)
    {
        int rest = 0;
        foreach (byte digit in digits)
        {
            rest = ((rest * 10) + digit) % 97;
        }

        return rest;
    }

    /// <summary>The sum of digits, each times its weight.</summary>
    public static int Weighted(ReadOnlySpan<byte> digits, ReadOnlySpan<byte> weights)
    {
        int sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            sum += digits[i] * weights[i];
        }

        return sum;
    }

    /// <summary>ISO 7064, MOD 11,10.</summary>
    public static bool Mod11And10(ReadOnlySpan<byte> digits)
    {
        int product = 10;
        foreach (byte digit in digits[..^1])
        {
            int sum = (digit + product) % 10;
            product = 2 * (sum == 0 ? 10 : sum) % 11;
        }

        return (11 - product) % 10 == digits[^1];
    }

    public static int Number(ReadOnlySpan<byte> digits)
    {
        int number = 0;
        foreach (byte digit in digits)
        {
            number = (number * 10) + digit;
        }

        return number;
    }
}
