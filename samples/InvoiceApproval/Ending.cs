using InvoiceApproval.Output;

namespace InvoiceApproval;

/// <summary>How the program ends when it does not end well: one line, and an exit code as those of the command line.</summary>
internal static class Ending
{
    /// <summary>It cannot do what it was asked to.</summary>
    public static int Failed(string message) => Tell(message, exitCode: 1);

    /// <summary>The command line asks for what cannot be.</summary>
    public static int Misused(string message) => Tell(message, exitCode: 2);

    private static int Tell(string message, int exitCode)
    {
        Console.Error.WriteLine($"invoice-approval: {SafeText.Of(message)}");
        return exitCode;
    }
}
