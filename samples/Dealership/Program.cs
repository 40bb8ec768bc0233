using System.CommandLine;
using Dealership;

var data = new Option<string>("--data")
{
    HelpName = "DIR",
    Description = "The folder of the log",
    DefaultValueFactory = _ => "data/dealership",
};
var kafkaPort = new Option<int?>("--kafka-port") { HelpName = "N", Description = "Let Kafka clients, in any language, use the broker of this process on this port" };
var serve = new Option<bool>("--serve") { Description = "Play nothing: stay open for what the command line, HTTP and Kafka clients ask, until Ctrl-C" };
var json = new Option<bool>("--json") { Description = "Write the timeline as JSON lines" };

var command = new RootCommand("Lets a chatbot sell cars, and shows how it is guarded, stopped and overruled while it runs.") { data, kafkaPort, serve, json };
kafkaPort.Validators.Add(given =>
{
    if (given.GetValueOrDefault<int?>() is < 1 or > 65535)
    {
        given.AddError("--kafka-port is to be 1 to 65535.");
    }
});
command.SetAction(line => DealershipRun.RunAsync(
    new RunOptions(Path.GetFullPath(line.GetValue(data)!), line.GetValue(kafkaPort), line.GetValue(serve), line.GetValue(json))));

// The host heeds Ctrl-C and SIGTERM.
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
