using Microsoft.Extensions.AI;

namespace Ganglion.Models.Caching;

/// <summary>Which calls of a <see cref="CachedChatClient"/> are answered by what was answered before.</summary>
public sealed record CachedChatOptions
{
    /// <summary>How old an answer may be. Default: a day; from a second to 366 days. What the topic no longer has (<see cref="ModelCacheOptions.Retention"/>) is not there either.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(1);

    /// <summary>
    /// Whether calls count whose answers are meant to vary: all but those with the temperature 0 (<see cref="ChatOptions.Temperature"/>). Default: no, since whoever asks twice for something
    /// new would get the same.
    /// </summary>
    public bool AtAnyTemperature { get; init; }

    /// <summary>Whether answers are kept that ask for tools. Default: no.</summary>
    public bool WithToolCalls { get; init; }

    /// <summary>
    /// Who may see whose answers: those of the same scope, such as a tenant. It is a part of the key. Default: all who use the topic, since none of them learns more of an answer than that it came
    /// fast, unless it knows the whole prompt.
    /// </summary>
    public string Scope { get; init; } = "";

    /// <summary>
    /// Says of a call in which scope it is, in the place of <see cref="Scope"/>; <see langword="null"/>: it is neither answered by the cache nor kept in it. Default: all are in <see cref="Scope"/>.
    /// </summary>
    public Func<IReadOnlyList<ChatMessage>, ChatOptions?, string?>? ScopeOf { get; init; }

    internal static CachedChatOptions Check(CachedChatOptions? options)
    {
        options ??= new CachedChatOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxAge, TimeSpan.FromSeconds(1), nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxAge, TimeSpan.FromDays(366), nameof(options));
        ArgumentNullException.ThrowIfNull(options.Scope, nameof(options));
        return options;
    }
}
