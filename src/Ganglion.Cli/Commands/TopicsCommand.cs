using System.CommandLine;
using Ganglion.Cli.Client;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

/// <summary><c>ganglion topics list|create|describe|delete</c></summary>
internal sealed partial class TopicsCommand : Command
{
    private readonly Terminal _terminal;
    private readonly Connection _connection;

    public TopicsCommand(Terminal terminal, Connection connection)
        : base("topics", "List, create, describe and delete topics")
    {
        _terminal = terminal;
        _connection = connection;
        Add(CreateListCommand());
        Add(CreateCreateCommand());
        Add(CreateDescribeCommand());
        Add(CreateDeleteCommand());
    }

    private static Argument<string> TopicArgument() => new("topic") { Description = "The topic" };

    private Command CreateDeleteCommand()
    {
        Argument<string> topic = TopicArgument();
        var delete = new Command("delete", "Delete a topic, its events, and the offsets that groups committed for it") { topic };
        delete.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            string name = command.GetRequiredValue(topic);
            await api.DeleteAsync($"topics/{ApiClient.Segment(name)}", cancellationToken).ConfigureAwait(false);
            _terminal.WriteLine($"deleted {name}");
        }));
        return delete;
    }
}
