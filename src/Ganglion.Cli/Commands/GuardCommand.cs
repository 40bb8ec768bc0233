using System.CommandLine;
using Ganglion.Cli.Client;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

/// <summary><c>ganglion guard</c></summary>
internal sealed class GuardCommand : Command
{
    public GuardCommand(Terminal terminal, Connection connection)
        : base("guard", "Try guards, which judge events on their way")
    {
        Add(new GuardTestCommand(terminal));
        Add(new GuardReplayCommand(terminal, connection));
        Add(new GuardDifferencesCommand(terminal, connection));
    }
}
