using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Ganglion.Brokers.Embedded;
using Ganglion.Brokers.Listener;
using Microsoft.Extensions.Logging;

namespace Ganglion.Cli.Commands;

/// <summary>The options that say whether clients of Kafka are served, where, and which.</summary>
internal sealed class KafkaListenerChoice
{
    /// <summary>What the file of the key is read with; on a command line others would see it.</summary>
    public const string KeyPasswordVariable = "GANGLION_KAFKA_KEY_PASSWORD";

    private readonly Option<int?> _port = new("--kafka-port")
    {
        Description = "Serve clients of Kafka too, on this port of the same address; 0 picks a free one",
        HelpName = "N",
    };

    private readonly Option<IPEndPoint?> _endPoint = new("--kafka-listener")
    {
        Description = "Serve clients of Kafka too, at an address of its own; anything but the loopback address lets others in",
        HelpName = "IP:PORT",
        CustomParser = ParseEndPoint,
    };

    private readonly Option<string?> _advertised = new("--kafka-advertised")
    {
        Description = "What clients of Kafka are told to connect to [default: where they are served]",
        HelpName = "HOST:PORT",
    };

    private readonly Option<FileInfo?> _certificate = new("--kafka-certificate")
    {
        Description = "Speak TLS with clients of Kafka, with the certificate in this file (PEM)",
        HelpName = "FILE",
    };

    private readonly Option<FileInfo?> _key = new("--kafka-key")
    {
        Description = $"The certificate's key (PEM) [default: in the same file]; its password, if it has one, is ${KeyPasswordVariable}",
        HelpName = "FILE",
    };

    private readonly Option<FileInfo?> _users = new("--kafka-users")
    {
        Description = "Serve only clients of Kafka that have a user's name and password, of which this file has one a line, NAME:PASSWORD",
        HelpName = "FILE",
    };

    public KafkaListenerChoice(Command command)
    {
        command.Add(_port);
        command.Add(_endPoint);
        command.Add(_advertised);
        command.Add(_certificate);
        command.Add(_key);
        command.Add(_users);
        _port.Validators.Add(NumberRange.Of(IPEndPoint.MinPort, IPEndPoint.MaxPort));
        command.Validators.Add(Check);
    }

    /// <summary>What the options ask for; <see langword="null"/> if they ask for no listener.</summary>
    /// <param name="command">The command line.</param>
    /// <param name="address">Where the command listens otherwise.</param>
    /// <param name="loggers">Takes what is to be reported.</param>
    /// <exception cref="CliException">It cannot be.</exception>
    public KafkaListenerOptions? Read(ParseResult command, IPAddress address, ILoggerFactory loggers)
    {
        IPEndPoint? endPoint = command.GetValue(_endPoint);
        if (command.GetValue(_port) is { } port)
        {
            endPoint = new IPEndPoint(address, port);
        }

        if (endPoint is null)
        {
            return null;
        }

        FileInfo? certificate = command.GetValue(_certificate);
        FileInfo? users = command.GetValue(_users);
        if (users is not null && certificate is null && !IPAddress.IsLoopback(endPoint.Address))
        {
            throw new CliException($"Passwords could be read on the way to {endPoint}: give --kafka-certificate too, or listen on the loopback address.");
        }

        return new KafkaListenerOptions
        {
            EndPoint = endPoint,
            AdvertisedAddress = command.GetValue(_advertised),
            Tls = certificate is null ? null : new KafkaListenerTlsOptions
            {
                CertificateLocation = certificate.FullName,
                KeyLocation = command.GetValue(_key)?.FullName,
                KeyPassword = Environment.GetEnvironmentVariable(KeyPasswordVariable) is { Length: > 0 } password ? password : null,
            },
            Sasl = users is null ? null : new KafkaListenerSaslOptions { Users = KafkaUsersFile.Read(users) },
            LoggerFactory = loggers,
        };
    }

    /// <summary>Serves clients from now on.</summary>
    /// <param name="broker">What they use.</param>
    /// <param name="options">What <see cref="Read"/> has found.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CliException">They cannot be served in this way; all faults in one message.</exception>
    /// <exception cref="ListenerException">They cannot be served there.</exception>
    public static async Task<KafkaListener> StartAsync(EmbeddedBroker broker, KafkaListenerOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await KafkaListener.StartAsync(broker, options, cancellationToken).ConfigureAwait(false);
        }
        catch (ArgumentException exception)
        {
            // The name of a parameter, which follows in brackets, is nothing to people.
            throw new CliException($"Clients of Kafka cannot be served: {InWords(exception.Message.Split(" (Parameter ")[0])}", exception);
        }
    }

    /// <summary>Where clients are told to connect to, and what they set to do so.</summary>
    public static string Describe(KafkaListener listener, KafkaListenerOptions options)
    {
        string where = options.AdvertisedAddress is null && listener.AdvertisedAddress != $"{listener.EndPoint}"
            ? $"{listener.AdvertisedAddress}, which is this machine's name (--kafka-advertised says another),"
            : listener.AdvertisedAddress;
        return $"{where} with security.protocol={listener.SecurityProtocol}";
    }

    /// <summary>A text of the listener's, with the options of the command line for its own. Those that a command line does not have are left.</summary>
    public static string InWords(string text) => Words.Aggregate(text, static (words, name) => words.Replace(name.Setting, name.Option, StringComparison.Ordinal));

    // Longer ones first.
    private static readonly (string Setting, string Option)[] Words =
    [
        ("Sasl (or ClientCertificates of Tls)", "--kafka-users"),
        ("Sasl of the listener", "--kafka-users"),
        ("Tls of the listener", "--kafka-certificate"),
        ("Sasl:Users", "--kafka-users"),
        ("Tls:CertificateLocation", "--kafka-certificate"),
        ("KeyLocation", "--kafka-key"),
        ("KeyPassword", $"${KeyPasswordVariable}"),
        ("AdvertisedAddress", "--kafka-advertised"),
    ];

    private void Check(CommandResult command)
    {
        bool isAsked = command.GetResult(_port) is not null || command.GetResult(_endPoint) is not null;
        Option? first = new Option[] { _advertised, _certificate, _key, _users }.FirstOrDefault(option => command.GetResult(option) is not null);
        if (command.GetResult(_port) is not null && command.GetResult(_endPoint) is not null)
        {
            command.AddError($"{_port.Name} and {_endPoint.Name} exclude one another.");
        }
        else if (first is not null && !isAsked)
        {
            command.AddError($"{first.Name} is for clients of Kafka: give {_port.Name} or {_endPoint.Name} too.");
        }
        else if (command.GetResult(_key) is not null && command.GetResult(_certificate) is null)
        {
            command.AddError($"{_key.Name} is the key of a certificate: give {_certificate.Name} too.");
        }
    }

    private static IPEndPoint? ParseEndPoint(ArgumentResult result)
    {
        const string local = "localhost:";
        string text = result.Tokens[0].Value;
        string numeric = text.StartsWith(local, StringComparison.Ordinal) ? $"{IPAddress.Loopback}:{text[local.Length..]}" : text;

        // What has no port is read as one of port 0, which nobody means.
        if (IPEndPoint.TryParse(numeric, out IPEndPoint? endPoint) && numeric.EndsWith($":{Listing.Number(endPoint.Port)}", StringComparison.Ordinal))
        {
            return endPoint;
        }

        result.AddError($"'{text}' is no IP address and port, such as 0.0.0.0:9092 or [::]:9092.");
        return null;
    }
}
