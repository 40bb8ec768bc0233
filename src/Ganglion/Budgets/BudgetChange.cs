using System.Text.Json.Serialization;

namespace Ganglion.Budgets;

/// <summary>A budget that was defined while the system ran, as it lies on the log.</summary>
/// <param name="Limits">The limits, as <see cref="BudgetLimit.ToString"/> writes them.</param>
internal sealed record BudgetChange(IReadOnlyList<string> Limits)
{
    public int? MaxWaiting { get; init; }

    public decimal? DowngradeAt { get; init; }

    public string? By { get; init; }

    public string? Reason { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BudgetChange))]
internal sealed partial class BudgetJson : JsonSerializerContext;
