using Ganglion.Kafka.Settings;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Clients;

/// <summary>Makes native clients that log where the broker does, and have user and password exactly as they are set.</summary>
/// <param name="settings">What is set of the native client.</param>
/// <param name="log">Where it logs.</param>
/// <param name="fault">Told what connections fail of, if somebody wants to know.</param>
internal sealed class ClientFactory(NativeSettings settings, ClientLog log, Action<Client.Error>? fault = null)
{
    public Client.IAdminClient OpenAdministration(Dictionary<string, string> own) => new AdministrationBuilder(own, this).Build();

    public Client.IProducer<byte[]?, byte[]?> OpenProducer(Dictionary<string, string> own) => new ProducerBuilder(own, this).Build();

    public Client.IConsumer<byte[]?, byte[]?> OpenConsumer(Dictionary<string, string> own) => ForConsumer(own).Build();

    /// <summary>For consumers that need more than settings.</summary>
    public Client.ConsumerBuilder<byte[]?, byte[]?> ForConsumer(Dictionary<string, string> own) => new ConsumerBuilder(own, this);

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

    private static bool BeginsWithBlank(string? text) => text is { Length: > 0 } && char.IsWhiteSpace(text[0]);

    private void Tell(Client.Error error) => fault?.Invoke(error);

    private sealed class AdministrationBuilder : Client.AdminClientBuilder
    {
        private readonly Dictionary<string, string> _own;
        private readonly ClientFactory _factory;

        public AdministrationBuilder(Dictionary<string, string> own, ClientFactory factory)
            : base(factory.Prepare(own))
        {
            _own = own;
            _factory = factory;
            SetLogHandler((_, message) => factory.Log(message));
            SetErrorHandler((_, error) => factory.Tell(error));
        }

        public override Client.IAdminClient Build() => _factory.Finish(base.Build(), _own);
    }

    private sealed class ProducerBuilder : Client.ProducerBuilder<byte[]?, byte[]?>
    {
        private readonly Dictionary<string, string> _own;
        private readonly ClientFactory _factory;

        public ProducerBuilder(Dictionary<string, string> own, ClientFactory factory)
            : base(factory.Prepare(own))
        {
            _own = own;
            _factory = factory;
            SetLogHandler((_, message) => factory.Log(message));
            SetErrorHandler((_, error) => factory.Tell(error));
        }

        public override Client.IProducer<byte[]?, byte[]?> Build() => _factory.Finish(base.Build(), _own);
    }

    private sealed class ConsumerBuilder : Client.ConsumerBuilder<byte[]?, byte[]?>
    {
        private readonly Dictionary<string, string> _own;
        private readonly ClientFactory _factory;

        public ConsumerBuilder(Dictionary<string, string> own, ClientFactory factory)
            : base(factory.Prepare(own))
        {
            _own = own;
            _factory = factory;
            SetLogHandler((_, message) => factory.Log(message));
            SetErrorHandler((_, error) => factory.Tell(error));
        }

        public override Client.IConsumer<byte[]?, byte[]?> Build() => _factory.Finish(base.Build(), _own);
    }

    private void Log(Client.LogMessage message) => log.Write(message);
}
