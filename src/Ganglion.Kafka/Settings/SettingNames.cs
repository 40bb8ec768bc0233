namespace Ganglion.Kafka.Settings;

/// <summary>librdkafka's names of settings.</summary>
internal static class SettingNames
{
    public const string Servers = "bootstrap.servers";
    public const string Protocol = "security.protocol";
    public const string Mechanism = "sasl.mechanisms";
    public const string Username = "sasl.username";
    public const string Password = "sasl.password";
    public const string SessionTimeout = "session.timeout.ms";
    public const string HeartbeatInterval = "heartbeat.interval.ms";

    // Names of which librdkafka has two.
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["metadata.broker.list"] = Servers,
        ["sasl.mechanism"] = Mechanism,
        ["queue.buffering.max.ms"] = "linger.ms",
        ["compression.codec"] = "compression.type",
        ["max.in.flight"] = "max.in.flight.requests.per.connection",
        ["message.send.max.retries"] = "retries",
        ["request.required.acks"] = "acks",
        ["delivery.timeout.ms"] = "message.timeout.ms",
        ["fetch.message.max.bytes"] = "max.partition.fetch.bytes",
        ["auto.commit.enable"] = "enable.auto.commit",
        ["sasl.oauthbearer.client.credentials.client.id"] = "sasl.oauthbearer.client.id",
        ["sasl.oauthbearer.client.credentials.client.secret"] = "sasl.oauthbearer.client.secret",
    };

    private static readonly string[] Secrets = ["password", "secret", "passphrase", "pem", "oauthbearer.config", "ssl_key"];

    /// <summary>
    /// The name that librdkafka has for what somebody has written: in small letters, with dots where variables of the environment have
    /// <c>_</c>, and the newer one of two.
    /// </summary>
    public static string Resolve(string written)
    {
        string name = written.ToLowerInvariant();
        if (!Native.NativeConfiguration.Knows(name))
        {
            name = name.Replace('_', '.');
        }

        return Aliases.GetValueOrDefault(name, name);
    }

    /// <summary>Whether nobody is to see the value.</summary>
    public static bool IsSecret(string name) => Secrets.Any(secret => name.Contains(secret, StringComparison.OrdinalIgnoreCase));
}
