namespace Ganglion.Models;

/// <summary>What is the matter with the provider of a model, or with what it was asked.</summary>
public enum ModelFault
{
    /// <summary>Nobody answers at its address: it is not running, or the address is wrong.</summary>
    Unreachable,

    /// <summary>It has too much to do, or was asked too often (HTTP 429, 503, 529).</summary>
    Overloaded,

    /// <summary>It does not do what it was asked for: the key, the model or the call is wrong (any other 4xx). Asking again does not help.</summary>
    Refused,

    /// <summary>It has failed (any other 5xx), its answer was cut off, or is none that can be read.</summary>
    Broken,

    /// <summary>It was silent for too long (or HTTP 408, 504).</summary>
    TimedOut,
}
