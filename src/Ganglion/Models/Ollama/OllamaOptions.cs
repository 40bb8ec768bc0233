namespace Ganglion.Models.Ollama;

/// <summary>Which model an <see cref="OllamaChatClient"/> asks, and where.</summary>
public sealed record OllamaOptions
{
    /// <summary>
    /// Where Ollama is, with or without <c>/api</c>. Default: what the environment variable <c>OLLAMA_BASE_URL</c> says, or else <c>http://localhost:11434</c>.
    /// </summary>
    public string Endpoint { get; set; } = Environment.GetEnvironmentVariable("OLLAMA_BASE_URL") is { Length: > 0 } address ? address : "http://localhost:11434";

    /// <summary>The model for calls that name none. Default: what the environment variable <c>OLLAMA_MODEL</c> says; without one, each call must name its own.</summary>
    public string? Model { get; set; } = Environment.GetEnvironmentVariable("OLLAMA_MODEL") is { Length: > 0 } model ? model : null;

    /// <summary>How long the model stays in memory after a call. Default: as Ollama has it (5 min). Negative: for ever; zero: not at all.</summary>
    public TimeSpan? KeepAlive { get; set; }

    /// <summary>
    /// Whether a model that can think does so before it answers; its thoughts are <see cref="Microsoft.Extensions.AI.TextReasoningContent"/>. Default: as the call says, or else the model.
    /// </summary>
    public bool? Think { get; set; }

    /// <summary>
    /// For how long nothing may come: of a streamed answer until the next part, of another until all of it is there. Default 5 min, since a model that is asked first is loaded first; 1 ms to 1 day.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
