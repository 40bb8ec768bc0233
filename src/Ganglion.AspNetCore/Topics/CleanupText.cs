using Ganglion.AspNetCore.Requests;
using Ganglion.Brokers;

namespace Ganglion.AspNetCore.Topics;

/// <summary>Cleanup policies as Kafka writes them: <c>none</c>, <c>delete</c>, <c>compact</c> or <c>compact,delete</c>.</summary>
internal static class CleanupText
{
    public static string Format(CleanupPolicy policy) => policy switch
    {
        CleanupPolicy.None => "none",
        CleanupPolicy.Delete => "delete",
        CleanupPolicy.Compact => "compact",
        _ => "compact,delete",
    };

    public static CleanupPolicy Parse(string text) => text switch
    {
        "none" => CleanupPolicy.None,
        "delete" => CleanupPolicy.Delete,
        "compact" => CleanupPolicy.Compact,
        "compact,delete" or "delete,compact" => CleanupPolicy.Compact | CleanupPolicy.Delete,
        _ => throw new ApiException(
            "request-malformed", $"'cleanup' must be 'none', 'delete', 'compact' or 'compact,delete', not '{text}'."),
    };
}
