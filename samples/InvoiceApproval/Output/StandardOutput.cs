using System.Text;
using Microsoft.Win32.SafeHandles;

namespace InvoiceApproval.Output;

/// <summary>
/// The standard output, which tells when nobody reads it any more. The console's own stream swallows the error of a closed pipe: a
/// run whose output goes to <c>head -1</c> would go on in silence.
/// </summary>
internal static class StandardOutput
{
    public static Stream Open()
    {
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows())
        {
            return Console.OpenStandardOutput();
        }

        // A file may be shared with programs before and after this one, which only the console's stream respects.
        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? Console.OpenStandardOutput() : stream;
    }

    /// <summary>Lets what is written to the console tell it, too.</summary>
    public static void UseForConsole()
    {
        if (Console.IsOutputRedirected)
        {
            Console.SetOut(TextWriter.Synchronized(new StreamWriter(Open(), new UTF8Encoding(false)) { AutoFlush = true }));
        }
    }

    /// <summary>Whether this is the error of writing to where nobody reads.</summary>
    public static bool IsClosed(IOException exception)
    {
        const int brokenPipe = 32;
        const int windowsBrokenPipe = unchecked((int)0x8007006D);
        const int windowsNoData = unchecked((int)0x800700E8);
        return exception.HResult is brokenPipe or windowsBrokenPipe or windowsNoData;
    }
}
