using System.Text.Json;

namespace Ganglion.Testing.Evaluations.Checks;

/// <summary>Whether an answer is JSON that fits a schema.</summary>
internal sealed class SchemaCheck(JsonSchema schema) : EvaluationCheck
{
    private const int MostFaults = 5;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public override string Name => "schema";

    public override ValueTask<string?> CheckAsync(EvaluatedAnswer answer, EvaluationContext context, CancellationToken cancellationToken)
    {
        try
        {
            using var json = JsonDocument.Parse(answer.Text, Strict);
            IReadOnlyList<string> faults = schema.Validate(json.RootElement);
            return ValueTask.FromResult(faults.Count == 0 ? null : $"it does not fit the schema: {string.Join(", ", faults.Take(MostFaults))}");
        }
        catch (JsonException broken)
        {
            return ValueTask.FromResult<string?>($"it is no JSON alone: {broken.Message}");
        }
    }
}
