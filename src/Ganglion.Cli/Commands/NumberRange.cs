using System.CommandLine.Parsing;
using System.Globalization;

namespace Ganglion.Cli.Commands;

/// <summary>What a number on the command line may be.</summary>
internal static class NumberRange
{
    /// <summary>Refuses a whole number that is out of a range; what is none, others refuse.</summary>
    public static Action<OptionResult> Of(int least, int most) => result =>
    {
        if (result.Tokens is [{ Value: var text }]
            && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            && (number < least || number > most))
        {
            result.AddError($"{result.Option.Name} is {text}: it is {least} to {most}.");
        }
    };
}
