using System.CommandLine;
using Ganglion.Cli.Client;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

/// <summary><c>ganglion dead-letters list|show|redrive|discard</c></summary>
internal sealed partial class DeadLettersCommand : Command
{
    private readonly Terminal _terminal;
    private readonly Connection _connection;

    public DeadLettersCommand(Terminal terminal, Connection connection)
        : base(name: "dead-letters", "List, show, redrive and discard what could not be handled")
    {
        _terminal = terminal;
        _connection = connection;
        Add(CreateListCommand());
        Add(CreateShowCommand());
        Add(CreateRedriveCommand());
        Add(CreateDiscardCommand());
    }
}
