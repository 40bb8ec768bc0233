using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Ganglion.Brokers.Listener;

/// <summary>
/// How a listener proves to its clients over TLS who it is, and whether they do so, too. Files are read once, when it starts to listen; whether a
/// certificate was revoked is not asked.
/// </summary>
public sealed record KafkaListenerTlsOptions
{
    /// <summary>
    /// The listener's certificate, with its private key. It must not be disposed of before the listener. Either this or
    /// <see cref="CertificateLocation"/> is set.
    /// </summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>
    /// A file (PEM) with the listener's certificate, and behind it those of the authorities between it and the one that clients know.
    /// </summary>
    public string? CertificateLocation { get; init; }

    /// <summary>The file (PEM) with the key of <see cref="CertificateLocation"/>. Default: the same file.</summary>
    public string? KeyLocation { get; init; }

    /// <summary>The password of the key, where it has one. It is in no log, message or text of these options.</summary>
    public string? KeyPassword { get; init; }

    /// <summary>Whether clients are asked for a certificate. Default: they are not.</summary>
    public KafkaListenerClientCertificates ClientCertificates { get; init; }

    /// <summary>
    /// A file (PEM) with the authorities that may sign the certificates of clients: whoever has one of theirs is let in, under the name that the
    /// certificate gives him (its CN). Those that the system trusts are not asked.
    /// </summary>
    public string? ClientCaLocation { get; init; }

    /// <summary>The authorities that may sign the certificates of clients, instead of <see cref="ClientCaLocation"/>.</summary>
    public X509Certificate2Collection? ClientAuthorities { get; init; }

    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{nameof(Certificate)} = {Certificate?.Subject}, {nameof(CertificateLocation)} = {CertificateLocation}, ");
        text.Append($"{nameof(KeyLocation)} = {KeyLocation}, {nameof(KeyPassword)} = {(KeyPassword is null ? "" : "***")}, ");
        text.Append($"{nameof(ClientCertificates)} = {ClientCertificates}, {nameof(ClientCaLocation)} = {ClientCaLocation}, ");
        text.Append($"{nameof(ClientAuthorities)} = {ClientAuthorities?.Count}");
        return true;
    }
}
