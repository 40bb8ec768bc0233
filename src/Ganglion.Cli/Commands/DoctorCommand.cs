using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ganglion.AspNetCore.Requests;
using Ganglion.AspNetCore.Topics;
using Ganglion.Cli.Client;
using Ganglion.Cli.Output;
using Ganglion.Kafka;
using Ganglion.Kafka.Doctor;
using Ganglion.Kafka.Settings;
using Microsoft.Extensions.Configuration;

namespace Ganglion.Cli.Commands;

/// <summary><c>ganglion doctor</c></summary>
internal sealed partial class DoctorCommand : Command
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    private static readonly DoctorJson Json = new(new JsonSerializerOptions(DoctorJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private readonly Terminal _terminal;
    private readonly Connection _connection;

    private readonly Option<string?> _kafka = new("--kafka")
    {
        Description = "Look at this cluster of Kafka, instead of the one that is configured",
        HelpName = "HOST:PORT",
    };

    private readonly Option<FileInfo[]> _settings = new("--settings")
    {
        Description = "The application's appsettings.json, with the section Ganglion:Kafka; what variables of the environment say (Ganglion__Kafka__…) counts for more",
        HelpName = "FILE",
    };

    private readonly Option<bool> _probe = new("--probe")
    {
        Description = "Also create a topic on the cluster, write to it, read it and delete it",
    };

    private readonly Option<TimeSpan?> _timeout = new("--timeout")
    {
        Description = "How long all of it may take [default: 30s]",
        HelpName = "TIME",
        CustomParser = DurationArgument.Parse,
    };

    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line" };

    public DoctorCommand(Terminal terminal, Connection connection)
        : base("doctor", "Look whether a cluster of Kafka, a running host or a data folder is as agents need it, and say what to mend")
    {
        _terminal = terminal;
        _connection = connection;
        Add(_kafka);
        Add(_settings);
        Add(_probe);
        Add(_timeout);
        Add(_json);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult command, CancellationToken cancellationToken)
    {
        TimeSpan timeout = command.GetValue(_timeout) ?? DefaultTimeout;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (timeout != Timeout.InfiniteTimeSpan)
        {
            limit.CancelAfter(timeout);
        }

        try
        {
            IReadOnlyList<Finding> findings = await ExamineAsync(command, timeout, limit.Token).ConfigureAwait(false);
            Show(findings, command.GetValue(_json));
            return findings.Any(finding => finding.Level == FindingLevel.Fault) ? 1 : 0;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException($"Not all was found out within {timeout}: look whether all brokers run, or allow more time (--timeout).");
        }
    }

    private async Task<IReadOnlyList<Finding>> ExamineAsync(ParseResult command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        bool isElsewhere = command.GetValue(_connection.Server) is not null || command.GetValue(_connection.Data) is not null;
        bool isKafka = command.GetValue(_kafka) is not null || command.GetValue(_settings) is { Length: > 0 };
        if (isElsewhere && isKafka)
        {
            throw new CliException("--kafka and --settings are of a cluster, --server and --data of something else: name one of them.");
        }

        var faults = new List<string>();
        KafkaBrokerOptions options = KafkaSection.Read(ReadConfiguration(command), faults);
        if (!isElsewhere && (isKafka || options.BootstrapServers.Length > 0))
        {
            return await ExamineClusterAsync(command, options, faults, timeout, cancellationToken).ConfigureAwait(false);
        }

        if (command.GetValue(_probe))
        {
            throw new CliException("--probe is of a cluster: name it (--kafka HOST:PORT).");
        }

        IReadOnlyList<Finding> findings = [];
        await _connection.Use(async (api, _, token) => findings = await ExamineTopicsAsync(api, token).ConfigureAwait(false))(command, cancellationToken)
            .ConfigureAwait(false);
        return findings;
    }

    private static async Task<IReadOnlyList<Finding>> ExamineTopicsAsync(ApiClient api, CancellationToken cancellationToken)
    {
        TopicList topics = await api.GetAsync("topics?internal=true", ApiJson.Wire.TopicList, cancellationToken).ConfigureAwait(false);
        var examination = new TopicExamination(
        [
            .. topics.Topics.Select(topic => new ExaminedTopic(topic.Name, topic.Partitions.Count)
            {
                Cleanup = topic.Settings.Cleanup,
                RetentionMs = topic.Settings.RetentionMs,
                MaxMessageBytes = topic.Settings.MaxMessageBytes,
            }),
        ]);
        return [Finding.Ok("topics", $"there are {topics.Topics.Count}, those of {examination.Agents.Count} agents among them."), .. examination.Examine()];
    }

    private async Task<IReadOnlyList<Finding>> ExamineClusterAsync(
        ParseResult command, KafkaBrokerOptions options, List<string> faults, TimeSpan timeout, CancellationToken cancellationToken)
    {
        // A cluster that does not answer at all is given up while there is time left to say so.
        TimeSpan patience = timeout == Timeout.InfiniteTimeSpan ? options.RequestTimeout : timeout / 2;
        return await KafkaDoctor.ExamineAsync(options, command.GetValue(_kafka), faults, command.GetValue(_probe), patience, cancellationToken).ConfigureAwait(false);
    }

    private IConfigurationRoot ReadConfiguration(ParseResult command)
    {
        var configuration = new ConfigurationBuilder();
        foreach (FileInfo file in command.GetValue(_settings) ?? [])
        {
            configuration.AddJsonFile(file.FullName);
        }

        try
        {
            return configuration.AddEnvironmentVariables().Build();
        }
        catch (InvalidDataException exception)
        {
            throw new CliException($"{exception.Message} {exception.InnerException?.Message}", exception);
        }
    }

    private void Show(IReadOnlyList<Finding> findings, bool json)
    {
        if (json)
        {
            Listing.WriteJson(_terminal, findings, Json.Finding);
            return;
        }

        var table = new TextTable("CHECK", "", "FOUND");
        foreach (Finding finding in findings)
        {
            // What to do on each system has lines of its own.
            string[] lines = (finding.Remedy is { } remedy ? $"{finding.Text} {remedy}" : finding.Text).ReplaceLineEndings("\n").Split('\n');
            table.Add(finding.Check, WordOf(finding.Level), lines[0]);
            foreach (string line in lines.Skip(1))
            {
                table.Add("", "", line);
            }
        }

        table.WriteTo(_terminal);
    }

    private static string WordOf(FindingLevel level) => level switch
    {
        FindingLevel.Ok => "ok",
        FindingLevel.Unknown => "?",
        FindingLevel.Warning => "warning",
        _ => "FAULT",
    };

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(Finding))]
    private sealed partial class DoctorJson : JsonSerializerContext;
}
