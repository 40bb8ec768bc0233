using System.CommandLine;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

/// <summary><c>ganglion guard</c></summary>
internal sealed class GuardCommand : Command
{
    public GuardCommand(Terminal terminal)
        : base("guard", "Try guards, which judge events on their way") => Add(new GuardTestCommand(terminal));
}
