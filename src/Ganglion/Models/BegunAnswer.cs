using Microsoft.Extensions.AI;

namespace Ganglion.Models;

/// <summary>A streamed answer of which the first part is there: until then another can be asked for in its place.</summary>
internal static class BegunAnswer
{
    /// <returns>The answer, at its first part; null: it has none.</returns>
    public static async Task<IAsyncEnumerator<ChatResponseUpdate>?> OfAsync(IAsyncEnumerable<ChatResponseUpdate> stream, CancellationToken cancellationToken)
    {
        IAsyncEnumerator<ChatResponseUpdate> answer = stream.GetAsyncEnumerator(cancellationToken);
        bool hasBegun = false;
        try
        {
            return (hasBegun = await answer.MoveNextAsync().ConfigureAwait(false)) ? answer : null;
        }
        finally
        {
            if (!hasBegun)
            {
                await answer.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
