namespace ResearchTeam;

/// <summary>There is nobody to work.</summary>
internal sealed class TeamException(string message) : Exception(message);
