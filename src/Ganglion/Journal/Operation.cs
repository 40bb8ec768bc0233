namespace Ganglion.Journal;

/// <summary>Something that a handler waits for, and that its journal records.</summary>
/// <param name="Number">The how-manyeth of its invocation; from 0.</param>
/// <param name="Kind">What it waits for.</param>
/// <param name="Name">What it is called in the handler.</param>
/// <param name="Answer">For a question: where its answer is to come from.</param>
internal readonly record struct Operation(int Number, OperationKind Kind, string Name, AwaitedAnswer? Answer = null)
{
    public override string ToString() => $"operation {Number}, {Kind.ToString().ToLowerInvariant()} '{Name}'";
}
