using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Ganglion.Analyzers;

/// <summary>What the journal knows, and what it does not.</summary>
internal sealed class JournalSymbols(Compilation compilation)
{
    private const string Time = "the context's Now";
    private const string Numbers = "the context's Random";

    private static readonly ImmutableHashSet<string> Waits =
        ["RunAsync", "AskAsync", "CallAsync", "SendMessageAsync", "DelayAsync", "WaitUntilAsync"];

    private static readonly ImmutableHashSet<string> Combinators = ["WhenAll", "WhenAny", "FromResult", "FromException", "FromCanceled"];

    // Of the platform, what is another one each time, and what there is instead.
    private static readonly Dictionary<(string Type, string Member), string> Remedies = new()
    {
        [("System.DateTime", "Now")] = Time,
        [("System.DateTime", "UtcNow")] = Time,
        [("System.DateTime", "Today")] = Time,
        [("System.DateTimeOffset", "Now")] = Time,
        [("System.DateTimeOffset", "UtcNow")] = Time,
        [("System.TimeProvider", "GetUtcNow")] = Time,
        [("System.TimeProvider", "GetLocalNow")] = Time,
        [("System.TimeProvider", "GetTimestamp")] = Time,
        [("System.Environment", "TickCount")] = Time,
        [("System.Environment", "TickCount64")] = Time,
        [("System.Diagnostics.Stopwatch", "GetTimestamp")] = Time,
        [("System.Diagnostics.Stopwatch", "StartNew")] = Time,
        [("System.Guid", "NewGuid")] = "the context's NewGuid()",
        [("System.Guid", "CreateVersion7")] = "the context's NewGuid()",
        [("System.Random", "Shared")] = Numbers,
        [("System.Random", ".ctor")] = Numbers,
    };

    private readonly ISymbol?[] _contexts =
        [compilation.GetTypeByMetadataName("Ganglion.Agents.AgentContext"), compilation.GetTypeByMetadataName("Ganglion.Agents.MessageContext")];

    private readonly ISymbol? _task = compilation.GetTypeByMetadataName("System.Threading.Tasks.Task");

    /// <summary>Whether the program knows of agents at all.</summary>
    public bool AreThere => _contexts[0] is not null;

    /// <summary>Whether an operation waits by the journal.</summary>
    public bool IsWait(IOperation operation) =>
        operation is IInvocationOperation { TargetMethod: var method } && IsContext(method.ContainingType) && Waits.Contains(method.Name);

    /// <summary>What is to be taken instead of an operation that differs each time; <see langword="null"/>: it does not.</summary>
    public static string? FindRemedy(IOperation operation)
    {
        ISymbol? member = operation switch
        {
            IPropertyReferenceOperation property => property.Property,
            IInvocationOperation invocation => invocation.TargetMethod,
            IObjectCreationOperation { Arguments.Length: 0 } creation => creation.Constructor,
            _ => null,
        };
        return member is not null && Remedies.TryGetValue((member.ContainingType.ToDisplayString(), member.Name), out string? remedy) ? remedy : null;
    }

    /// <summary>What to do about a call whose task is awaited; <see langword="null"/>: nothing, the journal knows it.</summary>
    public string? FindRemedyForAwait(IInvocationOperation awaited)
    {
        IMethodSymbol method = awaited.TargetMethod;
        if (method.Name == "ConfigureAwait")
        {
            return awaited.Arguments.Any(argument => argument.Value.ConstantValue is { HasValue: true, Value: false })
                ? "leave ConfigureAwait(false) away, which leaves the handler's turn"
                : awaited.Instance is IInvocationOperation inner ? FindRemedyForAwait(inner) : null;
        }

        if (SymbolEqualityComparer.Default.Equals(method.ContainingType, _task))
        {
            return Combinators.Contains(method.Name) ? null
                : method.Name == "Delay" ? "take DelayAsync of the context"
                : "await it within RunAsync";
        }

        return KnowsContext(awaited) ? null : "await it within RunAsync";
    }

    // A part of the handler, which waits by the context that it is given; or that is written where it has it.
    private bool KnowsContext(IInvocationOperation call) => IsContext(call.TargetMethod.ContainingType)
        || call.TargetMethod.MethodKind is MethodKind.LocalFunction or MethodKind.DelegateInvoke
        || call.Arguments.Any(argument => IsContext(argument.Value.Type));

    private bool IsContext(ISymbol? type) => type is not null && _contexts.Contains(type, SymbolEqualityComparer.Default);
}
