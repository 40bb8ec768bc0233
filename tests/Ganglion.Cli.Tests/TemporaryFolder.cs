using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ganglion.Cli.Tests;

/// <summary>A folder of one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ganglion-test-").FullName;

    /// <summary>Writes a file.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, string text)
    {
        string path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Writes a certificate that has signed itself, and its key.</summary>
    public (string Certificate, string Key) WriteCertificate(string password)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        var encryption = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, iterationCount: 1000);
        return (Write("broker.pem", certificate.ExportCertificatePem()), Write("broker.key", key.ExportEncryptedPkcs8PrivateKeyPem(password, encryption)));
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
