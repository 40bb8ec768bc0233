using System.CommandLine;
using System.Net;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Ganglion.Cli.Client;
using Ganglion.Cli.Hosting;
using Ganglion.Cli.Output;
using Microsoft.AspNetCore.Builder;

namespace Ganglion.Cli.Commands;

/// <summary><c>ganglion dev</c></summary>
internal sealed class DevCommand : Command
{
    private const string DefaultFolder = "data";
    private const int MaxPartitions = 10_000;

    private readonly Terminal _terminal;
    private readonly Connection _connection;

    private readonly Option<int> _port = new("--port")
    {
        Description = "The port; 0 picks a free one",
        HelpName = "N",
        DefaultValueFactory = _ => GanglionWebApplicationBuilderExtensions.GanglionPort,
    };

    private readonly Option<IPAddress> _address = new("--address")
    {
        Description = "Where to listen; anything but the loopback address lets others in, and nobody is asked who he is",
        HelpName = "IP",
        DefaultValueFactory = _ => IPAddress.Loopback,
        CustomParser = result =>
        {
            if (IPAddress.TryParse(result.Tokens[0].Value, out IPAddress? address))
            {
                return address;
            }

            result.AddError($"'{result.Tokens[0].Value}' is no IP address.");
            return null;
        },
    };

    private readonly Option<int> _partitions = new("--partitions")
    {
        Description = "How many partitions a topic gets that is written to before anybody has created it",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private readonly KafkaListenerChoice _kafka;

    private readonly Option<bool> _volatile = new("--volatile") { Description = "Keep everything in memory; nothing is left at the end" };

    public DevCommand(Terminal terminal, Connection connection)
        : base("dev", "Run a broker and the HTTP API, without agents, until Ctrl-C; the events lie in --data DIR, by default in ./data")
    {
        _terminal = terminal;
        _connection = connection;
        Add(_port);
        _port.Validators.Add(NumberRange.Of(IPEndPoint.MinPort, IPEndPoint.MaxPort));
        Add(_address);
        Add(_partitions);
        _partitions.Validators.Add(NumberRange.Of(1, MaxPartitions));
        _kafka = new KafkaListenerChoice(this);
        Add(_volatile);
        SetAction(RunAsync);
    }

    private async Task RunAsync(ParseResult command, CancellationToken cancellationToken)
    {
        KafkaListenerOptions? kafkaOptions = _kafka.Read(command, command.GetValue(_address)!, _connection.Loggers);
        (EmbeddedBroker broker, string place) = await OpenAsync(command, cancellationToken).ConfigureAwait(false);
        await using var _ = broker.ConfigureAwait(false);
        WebApplication app = ApiServer.Create(
            broker, _connection.Loggers, kestrel => kestrel.Listen(command.GetValue(_address)!, command.GetValue(_port)));
        await using var __ = app.ConfigureAwait(false);
        await app.StartAsync(cancellationToken).ConfigureAwait(false);

        KafkaListener? kafka = kafkaOptions is null
            ? null
            : await KafkaListenerChoice.StartAsync(broker, kafkaOptions, cancellationToken).ConfigureAwait(false);

        _terminal.WriteLine($"Ganglion listens on {app.Urls.First()}");
        if (kafka is not null)
        {
            _terminal.WriteLine($"Clients of Kafka connect to {KafkaListenerChoice.Describe(kafka, kafkaOptions!)}");
        }

        _terminal.WriteLine($"Events {place}. Ctrl-C ends.");
        await _terminal.FlushAsync().ConfigureAwait(false);

        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
        if (kafka is not null)
        {
            await kafka.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<(EmbeddedBroker Broker, string Place)> OpenAsync(ParseResult command, CancellationToken cancellationToken)
    {
        if (command.GetValue(_connection.Server) is not null)
        {
            throw new CliException("'ganglion dev' is a server itself: --server has no meaning here.");
        }

        var options = new EmbeddedBrokerOptions
        {
            LoggerFactory = _connection.Loggers, TopicDefaults = new TopicSettings { Partitions = command.GetValue(_partitions) },
        };
        DirectoryInfo? folder = command.GetValue(_connection.Data);
        if (command.GetValue(_volatile))
        {
            return folder is null
                ? (EmbeddedBroker.CreateVolatile(options), "are kept in memory and gone at the end")
                : throw new CliException("--volatile and --data exclude one another.");
        }

        folder ??= new DirectoryInfo(DefaultFolder);
        EmbeddedBroker broker = await EmbeddedBroker.OpenAsync(folder.FullName, options, cancellationToken).ConfigureAwait(false);
        return (broker, $"lie in {folder.FullName}");
    }
}
