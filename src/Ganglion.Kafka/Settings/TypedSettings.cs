using System.Globalization;

namespace Ganglion.Kafka.Settings;

/// <summary>The settings of the native client that have properties of their own.</summary>
internal static class TypedSettings
{
    /// <summary>Those that are set.</summary>
    public static IEnumerable<Setting> Of(KafkaBrokerOptions options)
    {
        (string Key, string Name, string? Value, SettingUse Use)[] all =
        [
            ("BootstrapServers", SettingNames.Servers, options.BootstrapServers.Length == 0 ? null : options.BootstrapServers, SettingUse.All),
            ("SecurityProtocol", SettingNames.Protocol, Text(options.SecurityProtocol), SettingUse.All),
            ("Sasl:Mechanism", SettingNames.Mechanism, Text(options.Sasl.Mechanism), SettingUse.All),
            ("Sasl:Username", SettingNames.Username, options.Sasl.Username, SettingUse.All),
            ("Sasl:Password", SettingNames.Password, options.Sasl.Password, SettingUse.All),
            ("Tls:CaLocation", "ssl.ca.location", options.Tls.CaLocation, SettingUse.All),
            ("Tls:CertificateLocation", "ssl.certificate.location", options.Tls.CertificateLocation, SettingUse.All),
            ("Tls:KeyLocation", "ssl.key.location", options.Tls.KeyLocation, SettingUse.All),
            ("Tls:KeyPassword", "ssl.key.password", options.Tls.KeyPassword, SettingUse.All),
            ("Tls:VerifyHostName", "ssl.endpoint.identification.algorithm", Text(options.Tls.VerifyHostName, "https", "none"), SettingUse.All),
            ("Producer:Linger", "linger.ms", Text(options.Producer.Linger), SettingUse.Producers),
            ("Producer:BatchBytes", "batch.size", Text(options.Producer.BatchBytes), SettingUse.Producers),
            ("Producer:Compression", "compression.type", Text(options.Producer.Compression), SettingUse.Producers),
            ("Consumer:SessionTimeout", SettingNames.SessionTimeout, Text(options.Consumer.SessionTimeout), SettingUse.Consumers),
            ("Consumer:HeartbeatInterval", SettingNames.HeartbeatInterval, Text(options.Consumer.HeartbeatInterval), SettingUse.Consumers),
            ("Consumer:FetchMinBytes", "fetch.min.bytes", Text(options.Consumer.FetchMinBytes), SettingUse.Consumers),
            ("Consumer:FetchMaxWait", "fetch.wait.max.ms", Text(options.Consumer.FetchMaxWait), SettingUse.Consumers),
            ("Consumer:FetchMaxBytes", "fetch.max.bytes", Text(options.Consumer.FetchMaxBytes), SettingUse.Consumers),
            ("Consumer:MaxPartitionFetchBytes", "max.partition.fetch.bytes", Text(options.Consumer.MaxPartitionFetchBytes), SettingUse.Consumers),
        ];
        return all.Where(one => one.Value is not null).Select(one => new Setting($"{KafkaSection.Name}:{one.Key}", one.Name, one.Value!, one.Use));
    }

    private static string? Text(KafkaSecurityProtocol? protocol) => protocol switch
    {
        null => null,
        KafkaSecurityProtocol.SaslPlaintext => "sasl_plaintext",
        KafkaSecurityProtocol.SaslSsl => "sasl_ssl",
        { } other => Text<KafkaSecurityProtocol>(other),
    };

    private static string? Text(KafkaSaslMechanism? mechanism) => mechanism switch
    {
        null => null,
        KafkaSaslMechanism.ScramSha256 => "SCRAM-SHA-256",
        KafkaSaslMechanism.ScramSha512 => "SCRAM-SHA-512",
        { } other => other.ToString().ToUpperInvariant(),
    };

    private static string? Text<TConstant>(TConstant? constant)
        where TConstant : struct, Enum => constant?.ToString().ToLowerInvariant();

    private static string? Text(bool? value, string whenTrue, string whenFalse) => value is { } condition ? condition ? whenTrue : whenFalse : null;

    private static string? Text(int? value) => value?.ToString(CultureInfo.InvariantCulture);

    // Whole milliseconds: librdkafka takes a part of one for a few settings only, and drops it for the others.
    private static string? Text(TimeSpan? value) => value is { } span ? ((long)span.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) : null;
}
