using System.CommandLine.Parsing;
using Ganglion.AspNetCore.Requests;

namespace Ganglion.Cli.Commands;

/// <summary>Reads durations as the HTTP API does, and <c>forever</c>.</summary>
internal static class DurationArgument
{
    public static TimeSpan? Parse(ArgumentResult argument)
    {
        string text = argument.Tokens[0].Value;
        if (text is "forever")
        {
            return Timeout.InfiniteTimeSpan;
        }

        if (Duration.TryParse(text, out TimeSpan duration))
        {
            return duration;
        }

        argument.AddError($"'{text}' is no duration such as 90s, 12h or 7d.");
        return null;
    }
}
