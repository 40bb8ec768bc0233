namespace Ganglion.Routes;

/// <summary>A route cannot be changed so: look at what it is now, and change that.</summary>
public sealed class RouteException : GanglionException
{
    /// <summary>The code where somebody else has changed the route meanwhile.</summary>
    internal const string Changed = "route-changed";

    /// <summary>The code where it makes no sense.</summary>
    internal const string Invalid = "route-invalid";

    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What happened, where, and what can be done about it.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    public RouteException(string code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
