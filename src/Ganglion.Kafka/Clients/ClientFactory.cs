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

    // As settings, they would lose the blanks with which they begin.
    private TClient WithCredentials<TClient>(TClient client)
        where TClient : Client.IClient
    {
        if (settings[SettingNames.Username] is { } user && settings[SettingNames.Password] is { } password && (BeginsWithBlank(user) || BeginsWithBlank(password)))
        {
            client.SetSaslCredentials(user, password);
        }

        return client;
    }

    private static bool BeginsWithBlank(string text) => text.Length > 0 && char.IsWhiteSpace(text[0]);

    private void Tell(Client.Error error) => fault?.Invoke(error);

    private sealed class AdministrationBuilder : Client.AdminClientBuilder
    {
        private readonly ClientFactory _factory;

        public AdministrationBuilder(Dictionary<string, string> settings, ClientFactory factory)
            : base(settings)
        {
            _factory = factory;
            SetLogHandler((_, message) => factory.Log(message));
            SetErrorHandler((_, error) => factory.Tell(error));
        }

        public override Client.IAdminClient Build() => _factory.WithCredentials(base.Build());
    }

    private sealed class ProducerBuilder : Client.ProducerBuilder<byte[]?, byte[]?>
    {
        private readonly ClientFactory _factory;

        public ProducerBuilder(Dictionary<string, string> settings, ClientFactory factory)
            : base(settings)
        {
            _factory = factory;
            SetLogHandler((_, message) => factory.Log(message));
            SetErrorHandler((_, error) => factory.Tell(error));
        }

        public override Client.IProducer<byte[]?, byte[]?> Build() => _factory.WithCredentials(base.Build());
    }

    private sealed class ConsumerBuilder : Client.ConsumerBuilder<byte[]?, byte[]?>
    {
        private readonly ClientFactory _factory;

        public ConsumerBuilder(Dictionary<string, string> settings, ClientFactory factory)
            : base(settings)
        {
            _factory = factory;
            SetLogHandler((_, message) => factory.Log(message));
            SetErrorHandler((_, error) => factory.Tell(error));
        }

        public override Client.IConsumer<byte[]?, byte[]?> Build() => _factory.WithCredentials(base.Build());
    }

    private void Log(Client.LogMessage message) => log.Write(message);
}
