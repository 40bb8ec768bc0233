using System.Text;

namespace Ganglion.Models.OpenAI;

/// <summary>Which model an <see cref="OpenAIChatClient"/> asks, where, and who asks. As a text it does not have the key.</summary>
public sealed record OpenAIOptions
{
    /// <summary>
    /// Where the API is: OpenAI's, or that of a server which speaks like it. Without a path it is <c>/v1</c>. Default: what the environment variable <c>OPENAI_BASE_URL</c> says, or else
    /// <c>https://api.openai.com/v1</c>.
    /// </summary>
    public string Endpoint { get; set; } = Environment.GetEnvironmentVariable("OPENAI_BASE_URL") is { Length: > 0 } address ? address : "https://api.openai.com/v1";

    /// <summary>The key. Default: what the environment variable <c>OPENAI_API_KEY</c> says; without one, none is sent, which many servers of one's own allow.</summary>
    public string? ApiKey { get; set; } = Environment.GetEnvironmentVariable("OPENAI_API_KEY") is { Length: > 0 } key ? key : null;

    /// <summary>The model for calls that name none. Default: what the environment variable <c>OPENAI_MODEL</c> says; without one, each call must name its own.</summary>
    public string? Model { get; set; } = Environment.GetEnvironmentVariable("OPENAI_MODEL") is { Length: > 0 } model ? model : null;

    /// <summary>The organisation that pays. Default: that of the key.</summary>
    public string? Organization { get; set; }

    /// <summary>The project of it. Default: that of the key.</summary>
    public string? Project { get; set; }

    /// <summary>
    /// For how long nothing may come: of a streamed answer until the next part, of another until all of it is there. Default 5 min; 1 ms to 1 day.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    private bool PrintMembers(StringBuilder text)
    {
        text.Append("Endpoint = ").Append(Endpoint).Append(", Model = ").Append(Model).Append(", ApiKey = ").Append(ApiKey is null ? "none" : "***");
        return true;
    }
}
