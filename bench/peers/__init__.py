"""The services that Valhalla is measured beside: how each is installed, started, filled and asked.

`peer` says what there is to know of one. `django_rest` serves `django_service`, a Django REST framework project as one
would write it; `directus` a headless CMS as it comes. What they are installed from stands here with exact versions:
`requirements.lock` (of `requirements.in`) and `package.json`.
"""
