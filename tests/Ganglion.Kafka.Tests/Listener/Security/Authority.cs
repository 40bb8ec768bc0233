using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ganglion.Kafka.Tests.Listener.Security;

/// <summary>Signs certificates; those of brokers and clients by an authority between, as is usual. All of it lies in files, too.</summary>
internal sealed class Authority : IDisposable
{
    private static readonly DateTimeOffset From = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Until = From.AddYears(200);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ganglion-");
    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _between;

    public Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _root = Request("CN=Root", key, isAuthority: true).CreateSelfSigned(From, Until);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 between = Request("CN=Between", other, isAuthority: true).Create(_root, From, Until.AddYears(-1), [1]);
        _between = between.CopyWithPrivateKey(other);
        File.WriteAllText(CaLocation, _root.ExportCertificatePem());
    }

    /// <summary>The file with the certificate of the authority that is known.</summary>
    public string CaLocation => PathOf("ca.pem");

    /// <summary>Makes a certificate for a name, with the one that has signed it behind it, and a key.</summary>
    /// <param name="name">The CN.</param>
    /// <param name="isBroker">Whether it is also for the names by which clients reach a broker on this machine.</param>
    /// <returns>The files with the certificates and with the key.</returns>
    public (string Certificate, string Key) Issue(string name, bool isBroker = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = Request($"CN={name},O=Ganglion", key, isAuthority: false);
        if (isBroker)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName("localhost");
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
        }

        using X509Certificate2 certificate = request.Create(_between, From, Until.AddYears(-2), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(PathOf($"{name}.pem"), $"{certificate.ExportCertificatePem()}\n{_between.ExportCertificatePem()}\n");
        File.WriteAllText(PathOf($"{name}.key"), key.ExportPkcs8PrivateKeyPem());
        return (PathOf($"{name}.pem"), PathOf($"{name}.key"));
    }

    public void Dispose()
    {
        _root.Dispose();
        _between.Dispose();
        _folder.Delete(recursive: true);
    }

    private static CertificateRequest Request(string subject, ECDsa key, bool isAuthority)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }

    private string PathOf(string file) => Path.Combine(_folder.FullName, file);
}
