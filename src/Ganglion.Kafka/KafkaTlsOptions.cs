using System.Text;

namespace Ganglion.Kafka;

/// <summary>How the cluster is trusted over TLS, and how it can trust the client (<c>Ganglion:Kafka:Tls</c>).</summary>
public sealed record KafkaTlsOptions
{
    /// <summary>
    /// A file (PEM) or folder of the authorities that may sign the cluster's certificates. Default: those that the system trusts.
    /// <c>ssl.ca.location</c>
    /// </summary>
    public string? CaLocation { get; init; }

    /// <summary>A file (PEM) with the client's own certificate, for clusters that ask for one. <c>ssl.certificate.location</c></summary>
    public string? CertificateLocation { get; init; }

    /// <summary>The file (PEM) with the key of <see cref="CertificateLocation"/>. <c>ssl.key.location</c></summary>
    public string? KeyLocation { get; init; }

    /// <summary>The password of the key, where it has one. It is in no log, message or text of these options. <c>ssl.key.password</c></summary>
    public string? KeyPassword { get; init; }

    /// <summary>
    /// Whether a broker's certificate must be for the name by which it is reached. Default <see langword="true"/>; without, whoever has any
    /// certificate of the authorities can pass for a broker. <c>ssl.endpoint.identification.algorithm</c>
    /// </summary>
    public bool? VerifyHostName { get; init; }

    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{nameof(CaLocation)} = {CaLocation}, {nameof(CertificateLocation)} = {CertificateLocation}, ");
        text.Append($"{nameof(KeyLocation)} = {KeyLocation}, {nameof(KeyPassword)} = {SecretText.Of(KeyPassword)}, ");
        text.Append($"{nameof(VerifyHostName)} = {VerifyHostName}");
        return true;
    }
}
