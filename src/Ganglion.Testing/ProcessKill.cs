using System.Diagnostics;

namespace Ganglion.Testing;

/// <summary>The end of the process, as by <c>kill -9</c>.</summary>
internal static class ProcessKill
{
    /// <summary>Does not return.</summary>
    public static void At(string point)
    {
        using var self = Process.GetCurrentProcess();
        try
        {
            Console.Error.WriteLine($"Killed at '{point}', as {FaultInjection.Variable} says.");
        }
        finally
        {
            self.Kill();
        }
    }
}
