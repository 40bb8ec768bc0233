using System.Security.Cryptography;
using System.Text;

namespace Ganglion.Guards.Pii;

/// <summary>What is put in the place of what tells who somebody is.</summary>
/// <param name="mode">How.</param>
/// <param name="key">What hashes are made with.</param>
internal sealed class PiiReplacement(PiiReplacementMode mode, byte[] key)
{
    private const int ShownOfNumbers = 4;
    private const int FewestOfMasked = 8;

    public string For(ReadOnlySpan<char> original, PiiKinds kind) => mode switch
    {
        PiiReplacementMode.Mask => Mask(original, kind),
        PiiReplacementMode.Hash => $"[{PiiNames.NameOf(kind)}:{Hash(original)}]",
        _ => $"[{PiiNames.NameOf(kind)}]",
    };

    // A name's first letter, a number's last four characters.
    private static string Mask(ReadOnlySpan<char> original, PiiKinds kind)
    {
        if (kind == PiiKinds.Email)
        {
            return $"{original[..1]}***{original[original.IndexOf('@')..]}";
        }

        int all = 0;
        foreach (char character in original)
        {
            all += char.IsLetterOrDigit(character) ? 1 : 0;
        }

        var masked = new StringBuilder(original.Length);
        int seen = 0;
        foreach (char character in original)
        {
            bool counts = char.IsLetterOrDigit(character);
            seen += counts ? 1 : 0;
            masked.Append(!counts || (all >= FewestOfMasked && seen > all - ShownOfNumbers) ? character : '*');
        }

        return masked.ToString();
    }

    // However it is written, the same number is the same hash.
    private string Hash(ReadOnlySpan<char> original)
    {
        var plain = new StringBuilder(original.Length);
        foreach (char character in original)
        {
            if (char.IsLetterOrDigit(character) || character == '@')
            {
                plain.Append(char.ToLowerInvariant(character));
            }
        }

        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(plain.ToString())).AsSpan(0, 8));
    }
}

/// <summary>How something is replaced.</summary>
internal enum PiiReplacementMode
{
    /// <summary>By what it is: <c>[email]</c>.</summary>
    Redact,

    /// <summary>By asterisks, but for a few characters.</summary>
    Mask,

    /// <summary>By a hash, the same for the same.</summary>
    Hash,
}
