using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ganglion.Tests.Brokers.Listener.Security;

/// <summary>Makes certificates that have signed themselves.</summary>
internal static class TestCertificate
{
    public static X509Certificate2 Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
    }
}
