using System.Net;

namespace Ganglion.Models;

/// <summary>The provider of a model has not answered as it should: the message says which, where, what it said, and what to do. Keys are never in it, prompts and answers neither.</summary>
public sealed class ModelProviderException : GanglionException
{
    /// <summary>Makes an exception. For clients of models; those of Ganglion throw it by themselves.</summary>
    /// <param name="fault">What is the matter.</param>
    /// <param name="message">What happened, where, and what can be done about it.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    public ModelProviderException(ModelFault fault, string message, Exception? innerException = null)
        : base(CodeOf(fault), message, innerException)
    {
        Fault = fault;
    }

    /// <summary>What is the matter.</summary>
    public ModelFault Fault { get; }

    /// <summary>The status of the answer, if there was one.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>In how long to come again, if the provider said so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same call may be answered later, or elsewhere: all but those that were refused.</summary>
    public bool IsTransient => Fault != ModelFault.Refused;

    private static string CodeOf(ModelFault fault) => fault switch
    {
        ModelFault.Unreachable => "model-unreachable",
        ModelFault.Overloaded => "model-overloaded",
        ModelFault.Refused => "model-refused",
        ModelFault.Broken => "model-broken",
        ModelFault.TimedOut => "model-timeout",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
