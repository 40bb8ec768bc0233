namespace Ganglion.Faults;

/// <summary>
/// Tells whoever listens that the process has reached a point at which it may be made to fail. Nobody listens unless the program has
/// asked for it (<c>UseFaultInjection</c> of Ganglion.Testing), and then a point costs one look at a field.
/// </summary>
internal static class FaultHook
{
    // Of the process, because it is the process that dies.
    private static volatile Action<string>? _listener;

    /// <summary>The process has come to a point.</summary>
    /// <param name="point">One of <see cref="FaultPoints"/>.</param>
    public static void Reach(string point) => _listener?.Invoke(point);

    /// <summary>Listens from now on, in place of whoever did before. Called on the thread that reaches the point, which waits.</summary>
    public static void Listen(Action<string>? listener) => _listener = listener;
}
