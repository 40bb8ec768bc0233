using Ganglion.Kafka.Native;
using Ganglion.Kafka.Settings;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Clients;

/// <summary>Makes native clients that log where the broker does, and have user and password exactly as they are set.</summary>
/// <param name="settings">What is set of the native client.</param>
/// <param name="log">Where it logs.</param>
/// <param name="fault">Told what connections fail of, if somebody wants to know.</param>
internal sealed class ClientFactory(NativeSettings settings, ClientLog log, Action<Client.Error>? fault = null)
{
    public Client.IAdminClient OpenAdministration(Dictionary<string, string> own) => Finish(
        Make(new Client.AdminClientBuilder(Prepare(own))
            .SetLogHandler((_, message) => log.Write(message))
            .SetErrorHandler((_, error) => Tell(error))
            .Build),
        own);

    public NativeProducer OpenProducer(Dictionary<string, string> own)
    {
        NativeProducer producer = Make(() => new NativeProducer(Prepare(own), log.Write));
        if (IsExact)
        {
            producer.SetCredentials(settings[SettingNames.Username], settings[SettingNames.Password]);
            if (own.TryGetValue(SettingNames.Servers, out string? servers))
            {
                producer.AddBrokers(servers);
            }
        }

        return producer;
    }

    /// <param name="own">What is set of it.</param>
    /// <param name="configure">For consumers that need more than settings.</param>
    public Client.IConsumer<byte[]?, byte[]?> OpenConsumer(
        Dictionary<string, string> own, Action<Client.ConsumerBuilder<byte[]?, byte[]?>>? configure = null)
    {
        Client.ConsumerBuilder<byte[]?, byte[]?> builder = new Client.ConsumerBuilder<byte[]?, byte[]?>(Prepare(own))
            .SetLogHandler((_, message) => log.Write(message))
            .SetErrorHandler((_, error) => Tell(error));
        configure?.Invoke(builder);
        return Finish(Make(builder.Build), own);
    }

    // As settings, user and password would lose the blanks with which they begin. They can be set exactly once there is a client, which is told
    // where the cluster is only then.
    private bool IsExact => BeginsWithBlank(settings[SettingNames.Username]) || BeginsWithBlank(settings[SettingNames.Password]);

    private Dictionary<string, string> Prepare(Dictionary<string, string> own) =>
        IsExact ? own.Where(setting => setting.Key != SettingNames.Servers).ToDictionary() : own;

    private TClient Finish<TClient>(TClient client, Dictionary<string, string> own)
        where TClient : Client.IClient
    {
        if (IsExact)
        {
            client.SetSaslCredentials(settings[SettingNames.Username], settings[SettingNames.Password]);
            if (own.TryGetValue(SettingNames.Servers, out string? servers))
            {
                client.AddBrokers(servers);
            }
        }

        return client;
    }

    private static TClient Make<TClient>(Func<TClient> build)
    {
        try
        {
            return build();
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or Client.KafkaException)
        {
            throw new KafkaException(
                "kafka-failed",
                $"A native client cannot be made: {exception.Message.TrimEnd()}. Clients are made as long as the process runs: let it have what it had when "
                + "it began, the files of Ganglion:Kafka:Tls above all.",
                exception);
        }
    }

    private static bool BeginsWithBlank(string? text) => text is { Length: > 0 } && char.IsWhiteSpace(text[0]);

    private void Tell(Client.Error error) => fault?.Invoke(error);
}
