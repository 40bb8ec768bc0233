using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ganglion.Brokers.Listener.Security;

/// <summary>Reads the certificates that a listener's options name.</summary>
/// <param name="faults">Is told what cannot be used.</param>
internal sealed class CertificateFiles(OptionFaults faults)
{
    /// <summary>Reads a certificate with its key.</summary>
    /// <returns>Null if it cannot be used.</returns>
    public X509Certificate2? ReadWithKey(string location, string? keyLocation, string? password)
    {
        X509Certificate2? certificate = null;
        try
        {
            certificate = password is null
                ? X509Certificate2.CreateFromPemFile(location, keyLocation)
                : X509Certificate2.CreateFromEncryptedPemFile(location, password, keyLocation);
            return OperatingSystem.IsWindows() ? ToStored(certificate) : certificate;
        }
        catch (Exception exception) when (IsExpected(exception))
        {
            certificate?.Dispose();
            string key = keyLocation is null ? "" : $" with {nameof(KafkaListenerTlsOptions.KeyLocation)} '{keyLocation}'";
            faults.Check(
                false,
                $"{nameof(KafkaListenerTlsOptions.CertificateLocation)} is '{location}'{key}: "
                + (exception is CryptographicException && KeyFault.Find(location, keyLocation ?? location, password) is { } fault
                    ? fault
                    : $"{Text(exception)}; name PEM files with a certificate, its key, and {nameof(KafkaListenerTlsOptions.KeyPassword)} if that has one"));
            return null;
        }
    }

    /// <summary>Reads all certificates of a file.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="location">The file.</param>
    /// <returns>None if they cannot be used.</returns>
    public X509Certificate2Collection ReadAll(string option, string location)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPemFile(location);
            faults.Check(certificates.Count > 0, $"{option} is '{location}', and no certificate is in it; name a PEM file that has one");
        }
        catch (Exception exception) when (IsExpected(exception))
        {
            faults.Check(false, $"{option} is '{location}': {Text(exception)}; name a PEM file with certificates");
        }

        return certificates;
    }

    // TLS of Windows uses no keys that were never stored.
    private static X509Certificate2 ToStored(X509Certificate2 certificate)
    {
        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
        }
    }

    private static bool IsExpected(Exception exception) =>
        exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    private static string Text(Exception exception) => exception.Message.TrimEnd('.');
}
