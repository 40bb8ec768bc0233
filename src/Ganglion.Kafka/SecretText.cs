namespace Ganglion.Kafka;

/// <summary>What is shown of a secret: whether there is one.</summary>
internal static class SecretText
{
    public static string Of(string? secret) => secret is null ? "" : "***";
}
