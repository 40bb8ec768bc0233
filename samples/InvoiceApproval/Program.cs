using System.CommandLine;
using System.CommandLine.Invocation;
using InvoiceApproval;

var input = new Option<string?>("--input") { HelpName = "FILE", Description = "Invoices as JSON lines; - reads the standard input" };
var count = new Option<int?>("--count") { HelpName = "N", Description = "Publish N generated invoices" };
var autoApprove = new Option<bool>("--auto-approve") { Description = "Approve every doubtful invoice without asking anybody" };
var exitWhenDone = new Option<bool>("--exit-when-done") { Description = "End with a summary once every invoice is accounted for" };
var data = new Option<string>("--data")
{
    HelpName = "DIR",
    Description = "The data folder",
    DefaultValueFactory = _ => "data",
};
var kafka = new Option<string?>("--kafka")
{
    HelpName = "HOST:PORT",
    Description = "Keep events on this Kafka cluster, where other processes share the work, instead of in a data folder",
    DefaultValueFactory = _ => Environment.GetEnvironmentVariable("Ganglion__Kafka__BootstrapServers"),
};
var kafkaPort = new Option<int?>("--kafka-port") { HelpName = "N", Description = "Let Kafka clients, in any language, use the broker of this process on this port" };
var port = new Option<int?>("--port") { HelpName = "N", Description = "The port of the HTTP API (5080); 0 picks a free one" };
var json = new Option<bool>("--json") { Description = "Write the timeline as JSON lines, and nothing else, to the standard output" };

var command = new RootCommand("Classifies invoices, and asks a person about the doubtful ones.")
{
    input, count, autoApprove, exitWhenDone, data, kafka, kafkaPort, port, json,
};
command.SetAction(line => InvoiceRun.RunAsync(new RunOptions
{
    Input = line.GetValue(input),
    Count = line.GetValue(count),
    AutoApprove = line.GetValue(autoApprove),
    ExitWhenDone = line.GetValue(exitWhenDone),
    Data = Path.GetFullPath(line.GetValue(data)!),
    Kafka = line.GetValue(kafka) is { Length: > 0 } servers ? servers : null,
    KafkaPort = line.GetValue(kafkaPort),
    Port = line.GetValue(port),
    Json = line.GetValue(json),
}));

ParseResult parsed = command.Parse(args);
if (parsed.Action is ParseErrorAction)
{
    // Of what type a value is to be is nothing to people.
    return Ending.Misused($"{parsed.Errors[0].Message.Split(" as expected type ")[0].TrimEnd('.')}. See --help.");
}

// The host heeds Ctrl-C and SIGTERM.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
