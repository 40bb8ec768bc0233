namespace Ganglion.Telemetry;

/// <summary>The names that OpenTelemetry has for calls of models (semantic conventions for generative AI, 1.41), and our own.</summary>
internal static class ModelTelemetry
{
    public const string OperationName = "gen_ai.operation.name";
    public const string Chat = "chat";
    public const string Provider = "gen_ai.provider.name";
    public const string RequestModel = "gen_ai.request.model";
    public const string Temperature = "gen_ai.request.temperature";
    public const string TopP = "gen_ai.request.top_p";
    public const string MaxTokens = "gen_ai.request.max_tokens";
    public const string ConversationId = "gen_ai.conversation.id";
    public const string ResponseModel = "gen_ai.response.model";
    public const string ResponseId = "gen_ai.response.id";
    public const string FinishReasons = "gen_ai.response.finish_reasons";
    public const string InputTokens = "gen_ai.usage.input_tokens";
    public const string OutputTokens = "gen_ai.usage.output_tokens";
    public const string TokenType = "gen_ai.token.type";
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
    public const string ErrorType = "error.type";

    public const string Duration = "gen_ai.client.operation.duration";
    public const string TokenUsage = "gen_ai.client.token.usage";
    public const string Cost = "ganglion.model.cost";
}
