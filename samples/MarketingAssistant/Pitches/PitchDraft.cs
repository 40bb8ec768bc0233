namespace MarketingAssistant.Pitches;

/// <summary>What a model has written, and which one.</summary>
public sealed record PitchDraft(string Subject, string Text, string Model);
