"""Page of access tokens: one's own, and for administrators all."""
