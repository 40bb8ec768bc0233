using System.Security.Cryptography;

namespace Ganglion.Brokers.Listener.Security;

/// <summary>Why a certificate with its key cannot be used, as far as the files themselves tell.</summary>
internal static class KeyFault
{
    private const string Password = nameof(KafkaListenerTlsOptions.KeyPassword);

    // The header of a key that is encrypted in the manner of PKCS#1 (RFC 1421), which .NET does not read.
    private const string OldEncryption = "Proc-Type: 4,ENCRYPTED";

    /// <summary>What is wrong, and what to do; null if that cannot be told. Both files can be read.</summary>
    /// <param name="certificate">The file of the certificate.</param>
    /// <param name="location">The file of the key.</param>
    /// <param name="password">The key's password, if one is set.</param>
    public static string? Find(string certificate, string location, string? password)
    {
        if (LabelOf(File.ReadAllText(certificate), "CERTIFICATE") is null)
        {
            return "no certificate is in it; name a PEM file that has one";
        }

        string text = File.ReadAllText(location);
        if (text.Contains(OldEncryption, StringComparison.Ordinal))
        {
            return $"the key is encrypted in a manner that is not read; write it anew: openssl pkcs8 -topk8 -in '{location}' -out NEW";
        }

        return LabelOf(text, "PRIVATE KEY") switch
        {
            null => $"no key is in '{location}'; name the file that has it ({nameof(KafkaListenerTlsOptions.KeyLocation)})",
            "ENCRYPTED PRIVATE KEY" => password is null ? $"the key has a password; set {Password}" : null,
            _ when password is not null => $"{Password} is set, and the key has none; leave it out",
            _ => IsKey(text) ? "the key is not the one of the certificate; name the one that the certificate was made for" : null,
        };
    }

    private static string? LabelOf(ReadOnlySpan<char> text, string suffix)
    {
        while (PemEncoding.TryFind(text, out PemFields fields))
        {
            if (text[fields.Label].EndsWith(suffix, StringComparison.Ordinal))
            {
                return text[fields.Label].ToString();
            }

            text = text[fields.Location.End..];
        }

        return null;
    }

    private static bool IsKey(string text)
    {
        using var rsa = RSA.Create();
        using var ecdsa = ECDsa.Create();
        return Takes(rsa) || Takes(ecdsa);

        bool Takes(AsymmetricAlgorithm key)
        {
            try
            {
                key.ImportFromPem(text);
                return true;
            }
            catch (Exception exception) when (exception is CryptographicException or ArgumentException)
            {
                return false;
            }
        }
    }
}
