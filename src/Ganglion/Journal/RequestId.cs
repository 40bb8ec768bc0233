using System.Globalization;

namespace Ganglion.Journal;

/// <summary>
/// Names an operation to everybody who is to answer it: whose it is, in which partition, and which. It is the id of the event that asks.
/// </summary>
/// <param name="Agent">The agent that asks.</param>
/// <param name="Partition">The partition of its inbox that the answer is to go to.</param>
/// <param name="Operation">What waits for the answer.</param>
internal readonly record struct RequestId(string Agent, int Partition, OperationId Operation)
{
    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RequestId request)
    {
        request = default;
        int first = text.IndexOf('/');
        int last = text.LastIndexOf('/');
        if (first < 1
            || last == first
            || !int.TryParse(text[(first + 1)..last], NumberStyles.None, CultureInfo.InvariantCulture, out int partition)
            || !OperationId.TryParse(text[(last + 1)..], out OperationId operation))
        {
            return false;
        }

        request = new RequestId(text[..first].ToString(), partition, operation);
        return true;
    }

    /// <summary>The agent, the partition and the operation, with slashes between them.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Agent}/{Partition}/{Operation}");
}
